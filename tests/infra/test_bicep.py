"""Requirements of the templates, and the results of checkers."""

import json
import re
from importlib import import_module

import pytest

from local.infra.checkers import INFRA, bicep_check, checkov, compiler, sources
from local.machine.paths import ROOT
from tests.reference import tool

MODULES = sorted((INFRA / "modules").glob("*.bicep"))
TEMPLATES = [INFRA / "main.bicep", *MODULES]
DECLARED = json.loads((INFRA / "declared.json").read_text())

API_VERSIONS = {
    "Microsoft.Authorization": {"2022-04-01", "2020-05-01"},
    "Microsoft.Communication": {"2025-09-01"},
    "Microsoft.Consumption": {"2024-08-01"},
    "Microsoft.EventGrid": {"2025-02-15"},
    "Microsoft.Insights": {"2020-02-02", "2021-05-01-preview", "2023-01-01", "2023-06-01", "2023-12-01"},
    "Microsoft.KeyVault": {"2024-11-01"},
    "Microsoft.ManagedIdentity": {"2024-11-30"},
    "Microsoft.OperationalInsights": {"2025-07-01"},
    "Microsoft.Resources": {"2025-04-01"},
    "Microsoft.Storage": {"2025-06-01"},
    "Microsoft.Web": {"2025-03-01"},
}
"""Each version is in Azure's published types, and in Microsoft's verified modules if they have the resource."""


@pytest.mark.parametrize("look", [bicep_check, compiler, checkov], ids=lambda look: look.__name__)
def test_every_installed_checker_finds_nothing(look):
    verdict = look()
    if not verdict.tried:
        pytest.skip(f"{verdict.tool}: {verdict.words}")
    assert verdict.clean, verdict.words


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_api_versions_are_the_verified_ones(path):
    for provider, version in re.findall(r"'([\w.]+)/[\w/]+@([\w-]+)' (?:existing )?=", path.read_text()):
        assert version in API_VERSIONS[provider], f"{provider}@{version}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_module_contains_or_returns_a_key(path):
    text = path.read_text()
    assert not re.search(r"listKeys|listConnectionStrings|listAccountSas|AccountKey=|sk_(?:live|test)_|whsec_", text)
    assert "br/public:" not in text, "raw resources: what a registry's module does is seen by no check here"


def test_every_account_refuses_shared_keys_and_old_tls():
    kinds = {"Storage/storageAccounts@": 3, "communicationServices@": 1, "Insights/components@": 1, "workspaces@": 1}
    texts = [path.read_text() for path in MODULES]
    for kind, count in kinds.items():
        made = rf"{kind}[\w-]+' = "
        assert sum(len(re.findall(made, text)) for text in texts) == count
    joined = "".join(texts)
    assert joined.count("allowSharedKeyAccess: false") == joined.count("minimumTlsVersion: 'TLS1_2'") == 3
    assert len(re.findall(r"(?i)disableLocalAuth: true", joined)) == 3
    assert joined.count("minTlsVersion: '1.2'") == joined.count("httpsOnly: true") == 1


def test_every_module_is_deployed():
    main = (INFRA / "main.bicep").read_text()
    for path in MODULES:
        assert f"'modules/{path.name}'" in main


def test_every_parameter_file_sets_all_required_parameters():
    template = (INFRA / "main.bicep").read_text()
    required = set(re.findall(r"(?m)^param (\w+) \w+$", template))
    known = set(re.findall(r"(?m)^param (\w+) ", template))
    assert required == {"environmentName", "location", "tokensIssuer", "tokensAudience", "tokensOperatorTenants"}
    for path in sources()[1:]:
        given = set(re.findall(r"(?m)^param (\w+) =", path.read_text()))
        assert required <= given <= known, path.name


def test_every_skipped_check_and_disabled_rule_has_a_reason():
    for path in (*TEMPLATES, *sources()[1:]):
        for line in path.read_text().splitlines():
            if "checkov:skip" in line:
                assert re.fullmatch(r"  // checkov:skip=CKV_AZURE_\d+:\w.{20,}", line), line
            assert "#disable" not in line or re.search(r"#disable-next-line [\w-]+ // .{20,}", line), line


@pytest.mark.parametrize("queue", DECLARED["queues"])
def test_queue_names_are_valid_on_azure(queue):
    assert re.fullmatch(r"[a-z0-9]([a-z0-9]|(-(?!-))){1,61}[a-z0-9]", queue)


@pytest.mark.parametrize("table", DECLARED["tables"])
def test_table_names_are_valid_on_azure(table):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{2,62}", table)


def test_role_ids_are_azures():
    published = json.loads((tool("bicep_check") / "data" / "role-ids.json").read_text())["roles"]
    assert {name: published[name] for name in DECLARED["roleIds"]} == DECLARED["roleIds"]


def functions():
    """The functions of the app."""
    sources = (ROOT / "functions").glob("[a-z]*.py")
    return {name for path in sources for name in re.findall(r'function_name\("(\w+)"\)', path.read_text())}


def test_always_ready_functions_exist_in_the_app():
    warm = re.findall(r"name: '(?:function:)?(\w+)', instanceCount", (INFRA / "production.bicepparam").read_text())
    assert set(warm) - {"http"} <= functions()
    assert warm


def test_the_timers_that_collect_are_disabled_unless_they_are_configured():
    """A timer that finds nothing configured would cost as much as one that works."""
    app, main = ((INFRA / name).read_text() for name in ("modules/app.bicep", "main.bicep"))
    switches = re.findall(r"'AzureWebJobs\.(\w+)\.Disabled', value: empty\((\w+)\) \|\| empty\((\w+)\) \? 'true'", app)
    assert switches == [
        ("sqs_bridge", "sqsQueueUrl", "sqsRegion"),
        ("graph_poller", "graphTenants", "graphAddress"),
    ]
    assert {name for name, *_ in switches} <= functions()
    for parameter in ("sqsQueueUrl", "sqsRegion", "graphTenants"):
        assert f"param {parameter} string = ''\n" in main


def test_the_schedules_are_those_of_the_settings_page():
    page = (ROOT / "docs" / "settings.md").read_text()
    for name, schedule in DECLARED["schedules"].items():
        assert re.search(rf"`{name}`.*`{re.escape(schedule)}`", page), name


def test_the_deployed_python_is_the_one_of_the_worker_tests():
    [version] = re.findall(
        r"runtime: \{ name: 'python', version: '([\d.]+)' \}", (INFRA / "modules/app.bicep").read_text()
    )
    assert f"python{version}" == import_module("local.package.deployed_python").NAME
