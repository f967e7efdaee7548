"""infra/ declares exactly the Azure resources that the code uses, and each removed one is reported."""

import json
import shutil

import pytest

from local.infra.checkers import INFRA
from local.infra.comparison import differences
from local.infra.declarations import UnreadableError, read_declared
from local.infra.removals import is_reported, removals
from local.infra.used_by_code import read_used
from local.machine.paths import ROOT
from shared.wiring import names

REMOVALS = list(removals(INFRA))


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(INFRA, tmp_path / "infra")


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_infra_declares_exactly_what_the_code_uses():
    assert differences(INFRA, ROOT) == []


def test_the_code_uses_the_resources_of_the_contract():
    used = read_used(ROOT)
    assert used.queues >= {"usage", "usage-poison", "recharges", "notices", "wakeups", "wakeups-poison"}
    assert used.tables >= {"Ledger", "Suspense"}
    assert used.settings >= {"Payments__key", "CreditsStorage__queueServiceUri", "NightlyAudit__schedule"}
    assert ("roles", "mail", "Communication and Email Service Owner") in used.roles


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda removal: removal.name.replace(" ", "-"))
def test_each_removed_item_is_reported(removal, tmp_path):
    assert is_reported(removal, INFRA, ROOT, tmp_path)


@pytest.mark.parametrize(
    ("kind", "lists", "unused"),
    [
        ("table", "tables", "Leftover"),
        ("queue", "queues", "leftover"),
        ("setting", "schedules", "Leftover__schedule"),
    ],
)
def test_an_unused_item_is_reported(copy, kind, lists, unused):
    declared = json.loads((copy / "declared.json").read_text())
    if lists == "schedules":
        declared[lists][unused] = "0 0 0 * * *"
    else:
        declared[lists].append(unused)
    (copy / "declared.json").write_text(json.dumps(declared))
    assert differences(copy, ROOT) == [f"{kind} {unused}: infra declares it, the code does not use it"]


def test_an_unnecessary_role_is_reported(copy):
    rewrite(
        copy / "declared.json", '"Key Vault Secrets User"\n', '"Key Vault Secrets User", "Storage Blob Data Owner"\n'
    )
    assert differences(copy, ROOT) == [
        "role Storage Blob Data Owner in roles.vault: infra assigns it, but nothing in the project requires it"
    ]


def test_a_connection_string_on_azure_is_reported_with_the_reason(copy):
    rewrite(copy / "modules" / "app.bicep", "'AZURE_CLIENT_ID'", "'CreditsStorage'")
    assert any(
        line.startswith("setting CreditsStorage:") and "connection string" in line for line in differences(copy, ROOT)
    )


@pytest.mark.parametrize(
    ("module", "words", "named_as"),
    [
        ("ledger.bicep", "for table in declared.tables:", "tables: ledger.bicep"),
        ("ledger.bicep", "for queue in declared.queues:", "queues: ledger.bicep"),
        ("app.bicep", "concat(settings, schedules)", "settings: app.bicep"),
        ("mail.bicep", "declared.roles.mail", "roles roles.mail: listed"),
        ("vault.bicep", "declared.operatorRoles.vault", "roles operatorRoles.vault: listed"),
    ],
)
def test_a_list_that_no_module_uses_is_reported(copy, module, words, named_as):
    rewrite(copy / "modules" / module, words, "nothing")
    assert any(line.startswith(named_as) for line in differences(copy, ROOT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  { name: 'Mail__sender', value: mailSender }", "  ...more"),
        ("  { name: 'Mail__sender', value: mailSender }", "  { name: 'Mail__endpoint', value: mailSender }"),
        ("var settings = [", "var settings = concat(["),
        ("\n]\nvar schedules", "\n  ]\nvar schedules"),
    ],
)
def test_settings_in_an_unexpected_form_are_rejected(copy, old, new):
    rewrite(copy / "modules" / "app.bicep", old, new)
    with pytest.raises(UnreadableError, match=r"app\.bicep"):
        read_declared(copy)


def test_a_further_storage_account_contains_the_table_that_the_code_spreads():
    spread = json.loads((INFRA / "declared.json").read_text())["spreadTable"]
    assert spread == names.LEDGER
    assert "name: declared.spreadTable" in (INFRA / "modules" / "further_ledger.bicep").read_text()
