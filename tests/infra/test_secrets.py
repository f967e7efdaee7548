"""The first deployment: the vault is empty, and the app says so."""

import json
import re

import pytest

from local.infra.checkers import INFRA
from local.infra.declarations import read_declared
from local.machine.paths import ROOT
from shared.settings import SettingMissingError, read_settings

EXAMPLE = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]


@pytest.mark.parametrize("name", ["Payments__key", "Payments__webhookSecrets"])
def test_a_secret_that_is_not_in_the_vault_yet_is_named_and_not_taken_for_the_secret(name):
    unresolved = "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/payments-key)"
    with pytest.raises(SettingMissingError, match=name):
        read_settings({**EXAMPLE, name: unresolved})
    assert read_settings(EXAMPLE)


def test_both_secrets_are_references_and_the_command_puts_in_what_they_name():
    settings = read_declared(INFRA).settings
    named = {
        found[1]
        for name in ("Payments__key", "Payments__webhookSecrets")
        if (
            found := re.fullmatch(r"'@Microsoft\.KeyVault\(SecretUri=\$\{vaultUri\}secrets/([\w-]+)\)'", settings[name])
        )
    }
    [put] = re.findall(r"for secret in ([\w -]+); do", (INFRA / "stripe.sh").read_text())
    assert named == set(put.split()) == {"payments-key", "payments-webhook-secrets"}
