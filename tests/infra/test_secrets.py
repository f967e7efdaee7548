"""The first deployment, when the vault is empty and the app reports it."""

import json
import re

import pytest

from local.infra.checkers import INFRA
from local.infra.declarations import read_declared
from local.machine.paths import ROOT
from shared.settings import SettingMissingError, read_settings

EXAMPLE = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]


@pytest.mark.parametrize("name", ["Payments__key", "Payments__webhookSecrets"])
def test_an_unresolved_vault_reference_is_reported_and_not_used_as_a_secret(name):
    unresolved = "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/payments-key)"
    with pytest.raises(SettingMissingError, match=name):
        read_settings({**EXAMPLE, name: unresolved})
    assert read_settings(EXAMPLE)


def test_both_secrets_are_references_to_names_that_the_command_sets():
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
