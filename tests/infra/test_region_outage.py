"""The runbook's steps for a region outage, run in a new shell without variables."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from local.infra.checkers import INFRA
from tests.proofs.prove.rehearsal.blocks import AZURE, read_blocks

AZ = Path(__file__).with_name("azure_cli.py")
STEPS = [block for block in read_blocks() if block.heading == "Region outage"]

ACCOUNT = "storage account show --name"
FIRST = "properties.parameters"
LIST = "storage account list --resource-group rg-credits-production --query"
FURTHER = f"{LIST} [?ends_with(name, 'abc')"
COLLECTED = {
    "CREDITS_SQS_QUEUE_URL": ("sqsQueueUrl", "https://queue"),
    "CREDITS_SQS_REGION": ("sqsRegion", "eu-central-1"),
    "CREDITS_SQS_ROLE": ("sqsRole", "arn:role"),
    "CREDITS_SQS_AUDIENCE": ("sqsAudience", "api://aws"),
    "CREDITS_SQS_PROFILE": ("sqsProfile", "chime"),
    "CREDITS_GRAPH_TENANTS": ("graphTenants", "tenant"),
    "CREDITS_GRAPH_CLIENT_ID": ("graphClientId", "graph-app"),
}
SAID = {
    f"{LIST} [?starts_with(name, 'stcrledger')]": "stcrledgerabc",
    FURTHER: "stcrtwoabc\nstcrthreeabc",
    f"{ACCOUNT} stcrledgerabc --query secondaryLocation || primaryLocation": "northeurope",
    f"{ACCOUNT} stcrledgerabc --expand": "2027-01-01T00:00:00Z",
    f"{ACCOUNT} stcrtwoabc --expand": "2027-01-01T00:00:01Z",
    f"{ACCOUNT} stcrthreeabc --expand": "2027-01-01T00:00:02Z",
    "storage account failover": "",
    **{f"{ACCOUNT} stcr{name}abc --query id": f"/of/{name}" for name in ("ledger", "two", "three")},
    f"deployment sub show --name credits-production --query {FIRST}.tokensIssuer": "https://issuer/{tid}",
    f"deployment sub show --name credits-production --query {FIRST}.tokensAudience": "app-id",
    f"deployment sub show --name credits-production --query {FIRST}.tokensOperatorTenants": "home",
    f"deployment sub show --name credits-production --query {FIRST}.operatorId": "group-id",
    f"deployment sub show --name credits-production --query {FIRST}.usageSenderIds": "one\ntwo",
    f"deployment sub show --name credits-production --query {FIRST}.alarmAddresses": "a@example.com\nb@example.com",
    f"deployment sub show --name credits-production --query {FIRST}.mailDomain": "mail.example.com",
    f"deployment sub show --name credits-production --query {FIRST}.paymentsDeployment": "",
    **{
        f"deployment sub show --name credits-production --query {FIRST}.{name}": said
        for name, said in COLLECTED.values()
    },
    "deployment sub create": "",
    "functionapp list --resource-group rg-credits-rescue": "func-rescue",
    "identity list --resource-group rg-credits-rescue": "identity-of-rescue",
    "role assignment create": "",
    "functionapp config appsettings set": "",
    "keyvault list --resource-group rg-credits-rescue": "kv-rescue",
    "keyvault secret show --vault-name kv-rescue --name payments-key": "key-of-stripe",
}

LEDGER = {
    "CreditsStorage__tableServiceUri": "https://stcrledgerabc.table.core.windows.net",
    "CreditsStorage__queueServiceUri": "https://stcrledgerabc.queue.core.windows.net",
    "CreditsStorage__blobServiceUri": "https://stcrledgerabc.blob.core.windows.net",
    "CreditsStorage__spread": "two=https://stcrtwoabc.table.core.windows.net,three=https://stcrthreeabc.table.core.windows.net,",
}


@pytest.fixture
def shell(tmp_path):
    """Runs the steps in an empty environment, with prepared answers of `az` and scripts that record their calls."""
    (tmp_path / "infra").mkdir()
    _script(tmp_path / "az", f'exec {sys.executable} "{AZ}" "$@"')
    _script(
        tmp_path / "credits",
        'echo "credits $* $(env | grep -e ^CreditsStorage__ -e ^Payments__ | sort | tr "\\n" " ")"',
    )
    for name in ("dev", "infra/stripe.sh", "infra/publish.sh", "infra/smoke.sh"):
        _script(tmp_path / name, f'echo "{name} $*"')

    def take(**changed):
        (tmp_path / "answers.json").write_text(json.dumps({"said": {**SAID, **changed}, "storage": ""}))
        (tmp_path / "commands.jsonl").unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "".join(block.text for block in STEPS)],
            cwd=tmp_path,
            env={"PATH": f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin", "FAKE_AZ": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        commands = [json.loads(line) for line in (tmp_path / "commands.jsonl").read_text().splitlines()]
        return done, commands

    return take


def _script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def of(commands, words):
    return [one for one in commands if " ".join(one["arguments"]).startswith(words)]


def test_the_procedure_needs_no_variables_in_advance(shell):
    done, _ = shell()
    assert (done.returncode, done.stderr) == (0, "")


def test_every_account_of_the_ledger_fails_over_and_its_loss_is_shown(shell):
    done, commands = shell()
    assert [one["arguments"][4] for one in of(commands, "storage account failover")] == [
        "stcrledgerabc",
        "stcrtwoabc",
        "stcrthreeabc",
    ]
    assert [line for line in done.stdout.splitlines() if line.startswith("2027")] == [
        f"2027-01-01T00:00:0{second}Z" for second in range(3)
    ]


def test_the_second_installation_gets_every_parameter_of_the_first(shell):
    _, commands = shell()
    [deployed] = of(commands, "deployment sub create --name credits-rescue --location northeurope")
    assert deployed["given"] == {
        "CREDITS_LOCATION": "northeurope",
        "CREDITS_ISSUER": "https://issuer/{tid}",
        "CREDITS_AUDIENCE": "app-id",
        "CREDITS_OPERATOR_TENANTS": "home",
        "CREDITS_OPERATORS": "group-id",
        "CREDITS_USAGE_SENDERS": "one,two",
        "CREDITS_ALARMS_TO": "a@example.com,b@example.com",
        "CREDITS_MAIL_DOMAIN": "mail.example.com",
        "CREDITS_MAIL_DOMAIN_VERIFIED": "false",
        **{variable: said for variable, (_, said) in COLLECTED.items()},
    }
    assert deployed["arguments"][-4:-2] == ["environmentName=rescue", "paymentsDeployment=abc"]
    read = re.findall(r"readEnvironmentVariable\('(\w+)'", (INFRA / "production.bicepparam").read_text())
    assert set(read) <= set(deployed["given"])


def test_the_second_app_uses_the_ledger_of_the_first(shell):
    _, commands = shell()
    [changed] = of(commands, "functionapp config appsettings set --resource-group rg-credits-rescue --name func-rescue")
    assert changed["arguments"][-4:] == [f"{name}={value}" for name, value in LEDGER.items()]
    granted = [
        one["arguments"] for one in of(commands, "role assignment create --assignee-object-id identity-of-rescue")
    ]
    roles = json.loads((INFRA / "declared.json").read_text())["roles"]
    assert {(words[words.index("--role") + 1], words[words.index("--scope") + 1]) for words in granted} == {
        *((role, "/of/ledger") for role in roles["ledger"]),
        *((role, place) for role in roles["furtherLedger"] for place in ("/of/two", "/of/three")),
    }


def test_the_operator_commands_are_in_order_and_have_ledger_and_provider(shell):
    done, _ = shell()
    ran = [line for line in done.stdout.splitlines() if line and not line.startswith("2027")]
    provider = {"Payments__deployment": "abc", "Payments__key": "key-of-stripe"}
    known = " ".join(sorted(f"{name}={value}" for name, value in {**LEDGER, **provider}.items()))
    assert [line.strip() for line in ran] == [
        "infra/stripe.sh rescue",
        "dev package",
        "infra/publish.sh rescue",
        "infra/smoke.sh rescue",
        f"credits reconcile --days 7 {known}",
        f"credits audit {known}",
    ]


def test_an_installation_keeps_its_deployment_name_for_payments(shell):
    done, commands = shell(
        **{f"deployment sub show --name credits-production --query {FIRST}.paymentsDeployment": "eu"}
    )
    assert "paymentsDeployment=eu" in of(commands, "deployment sub create")[0]["arguments"]
    assert "Payments__deployment=eu" in done.stdout


def test_an_installation_with_one_storage_account_has_no_further_ones(shell):
    done, commands = shell(**{FURTHER: ""})
    assert (done.returncode, done.stderr) == (0, "")
    assert len(of(commands, "storage account failover")) == 1
    [changed] = of(commands, "functionapp config appsettings set")
    assert changed["arguments"][-1] == "CreditsStorage__spread="


@pytest.mark.parametrize("lost", ["tokensAudience", "operatorId", "alarmAddresses", "mailDomain"])
def test_an_unknown_parameter_stops_the_procedure_before_any_deployment(shell, lost):
    done, commands = shell(**{f"deployment sub show --name credits-production --query {FIRST}.{lost}": ""})
    assert done.returncode != 0
    assert "CREDITS_" in done.stderr
    assert of(commands, "deployment sub create") == []


BEFORE = "".join(block.text for block in read_blocks() if block.heading == "Before you start")
BY_THE_READER = {"ACCOUNT", "ROW", "EARLIER"}
"""Placeholders that an operator must replace: account, row, version."""


@pytest.mark.parametrize(
    "block", [block for block in read_blocks() if block.mark == AZURE], ids=lambda block: f"line {block.line}"
)
def test_every_variable_of_an_azure_step_is_set_before(block):
    own = [each.text for each in read_blocks() if each.heading == block.heading and each.line <= block.line]
    set_before = set(re.findall(r"(?:export |for |\b)(\w+)(?:=| in )", BEFORE + "".join(own)))
    named = set(re.findall(r"\$\{?([A-Za-z_]\w*)", block.text))
    assert named <= set_before | BY_THE_READER
