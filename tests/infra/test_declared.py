"""Whatever the code uses of Azure is declared, and nothing else; each that is taken away is named."""

import json
import shutil

import pytest

from local.infra.checkers import INFRA
from local.infra.comparison import differences
from local.infra.declarations import UnreadableError, read_declared
from local.infra.removals import named, removals
from local.infra.used_by_code import read_used
from local.machine.paths import ROOT
from shared.wiring import composition

REMOVALS = list(removals(INFRA))


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(INFRA, tmp_path / "infra")


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_declared_and_used_are_the_same():
    assert differences(INFRA, ROOT) == []


def test_the_ledger_has_what_the_contract_names():
    used = read_used(ROOT)
    assert used.queues >= {"usage", "usage-poison", "recharges", "notices", "wakeups", "wakeups-poison"}
    assert used.tables >= {"Ledger", "Suspense"}
    assert used.settings >= {"Payments__key", "CreditsStorage__queueServiceUri", "NightlyAudit__schedule"}
    assert ("roles", "mail", "Communication and Email Service Owner") in used.roles


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda removal: removal.name.replace(" ", "-"))
def test_each_that_is_taken_away_is_named(removal, tmp_path):
    assert named(removal, INFRA, ROOT, tmp_path)


@pytest.mark.parametrize(
    ("kind", "lists", "stranger"),
    [
        ("table", "tables", "Leftover"),
        ("queue", "queues", "leftover"),
        ("setting", "schedules", "Leftover__schedule"),
    ],
)
def test_what_nothing_uses_is_named(copy, kind, lists, stranger):
    declared = json.loads((copy / "declared.json").read_text())
    if lists == "schedules":
        declared[lists][stranger] = "0 0 0 * * *"
    else:
        declared[lists].append(stranger)
    (copy / "declared.json").write_text(json.dumps(declared))
    assert differences(copy, ROOT) == [f"{kind} {stranger}: infra declares it, the code does not use it"]


def test_a_right_that_nothing_needs_is_named(copy):
    rewrite(
        copy / "declared.json", '"Key Vault Secrets User"\n', '"Key Vault Secrets User", "Storage Blob Data Owner"\n'
    )
    assert differences(copy, ROOT) == [
        "role Storage Blob Data Owner in roles.vault: infra gives it, nothing shows that it is needed"
    ]


def test_a_connection_string_on_azure_is_named_with_the_reason(copy):
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
def test_a_list_that_no_module_makes_anything_of_is_named(copy, module, words, named_as):
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
def test_settings_written_in_another_way_are_refused_not_overlooked(copy, old, new):
    rewrite(copy / "modules" / "app.bicep", old, new)
    with pytest.raises(UnreadableError, match=r"app\.bicep"):
        read_declared(copy)


def test_a_further_storage_account_holds_the_table_that_the_code_spreads():
    spread = json.loads((INFRA / "declared.json").read_text())["spreadTable"]
    assert spread == composition.LEDGER
    assert "name: declared.spreadTable" in (INFRA / "modules" / "further_ledger.bicep").read_text()
