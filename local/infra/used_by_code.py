"""Reads from the code which Azure resources and settings it uses."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

POISON = "-poison"

NOT_ON_AZURE = {
    "FUNCTIONS_WORKER_RUNTIME": "Flex Consumption refuses it; functionAppConfig says python",
    "AzureWebJobsStorage": "a connection string contains a key; __accountName and an identity replace it",
    "CreditsStorage": "the same; next to CreditsStorage__... the host would use it as a connection string",
    "Mail__key": "not set, because the managed identity sends",
    "Payments__address": "not set, because the default is Stripe itself",
    "Portal__signIn": "not set, because the portal signs people in with Microsoft Entra",
    "Portal__paymentForm": "not set, because the portal shows Stripe's form",
    "Sqs__endpoint": "not set, because the default is AWS itself",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "Application Insights has its own exporter",
}
"""Settings of a developer's machine, and why they are not set on Azure."""

OF_THE_PLATFORM = {
    "AzureWebJobsStorage__accountName": "the host: its own storage",
    "AzureWebJobsStorage__credential": "the host: by identity",
    "AzureWebJobsStorage__clientId": "the host: by which identity",
    "AZURE_CLIENT_ID": "azure-identity, wherever a library makes its own credential",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "the host and azure-monitor-opentelemetry: where telemetry goes",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "the same: by which identity",
}
"""Settings that are read not by the app's code, but by the platform or a library."""


@dataclass(frozen=True, slots=True)
class Need:
    """A role, and the pattern in the project's files that shows that it is required."""

    assigned_in: str
    scope: str
    role: str
    where: str
    pattern: str


NEEDS = (
    Need("roles", "ledger", "Storage Table Data Contributor", "shared/adapters/storage/*.py", r"azure\.data\.tables"),
    # A renewed lease on a message is a write, which Message Processor and Message Sender together do not allow.
    Need("roles", "ledger", "Storage Queue Data Contributor", "functions/*.py", r"queue_trigger\("),
    Need("roles", "ledger", "Storage Blob Data Contributor", "shared/adapters/storage/*.py", r"azure\.storage\.blob"),
    Need("roles", "furtherLedger", "Storage Table Data Contributor", "shared/wiring/composition.py", r"SpreadTable\("),
    Need("roles", "mail", "Communication and Email Service Owner", "shared/adapters/*.py", r"azure\.communication"),
    Need("roles", "vault", "Key Vault Secrets User", "infra/modules/app.bicep", r"@Microsoft\.KeyVault\("),
    Need("roles", "telemetry", "Monitoring Metrics Publisher", "infra/modules/app.bicep", r"Authorization=AAD"),
    Need("roles", "hostStorage", "Storage Blob Data Owner", "functions/*.py", r"timer_trigger\("),
    # The host writes its diagnostic events into a table of its own storage.
    Need("roles", "hostStorage", "Storage Table Data Contributor", "host.json", r'"version": "2\.0"'),
    Need("operatorRoles", "ledger", "Storage Table Data Contributor", "pyproject.toml", r"(?m)^operations = \["),
    Need("operatorRoles", "ledger", "Storage Queue Data Contributor", "infra/*.sh", r"az storage message put"),
    Need("operatorRoles", "vault", "Key Vault Secrets Officer", "infra/*.sh", r"az keyvault secret set"),
    Need("senderRoles", "mailReports", "Storage Queue Data Message Sender", "infra/modules/*.bicep", r"StorageQueue"),
    Need("senderRoles", "usage", "Storage Queue Data Message Sender", "infra/production.bicepparam", r"usageSenderIds"),
    Need(
        "senderRoles", "usageFiles", "Storage Blob Data Contributor", "infra/production.bicepparam", r"usageSenderIds"
    ),
)


@dataclass(frozen=True, slots=True)
class Used:
    """Used names, in the same form as in `Declared`."""

    tables: frozenset[str]
    queues: frozenset[str]
    containers: frozenset[str]
    settings: frozenset[str]
    roles: frozenset[tuple[str, str, str]]


@cache
def read_used(root: Path) -> Used:
    """What the code in *root* uses, read once. tests/test_tidy.py compares local.settings.example.json with the code."""
    wiring = ast.parse((root / "shared" / "wiring" / "composition.py").read_text())
    names = _constants(ast.parse((root / "shared" / "wiring" / "names.py").read_text()))
    examples = set(json.loads((root / "local.settings.example.json").read_text())["Values"])
    queues = {*(queue for queue in names["QUEUES"]), *_triggers(root)}
    queues |= {queue + POISON for queue in queues if not queue.endswith(POISON)}
    return Used(
        tables=frozenset(name for called in _opened(wiring) for name in names[called]),
        queues=frozenset(queues),
        containers=frozenset(names["CONTAINERS"]),
        settings=frozenset(examples - set(NOT_ON_AZURE) | set(OF_THE_PLATFORM)),
        roles=frozenset((need.assigned_in, need.scope, need.role) for need in NEEDS if _is_required(root, need)),
    )


def _constants(module: ast.Module) -> dict[str, tuple[str, ...]]:
    """The string values of a module's constants."""
    found: dict[str, tuple[str, ...]] = {}
    for node in module.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Tuple)
            and isinstance(node.value, ast.Tuple)
        ):
            pairs = list(zip(node.targets[0].elts, node.value.elts, strict=True))
        elif isinstance(node, ast.Assign):
            pairs = [(node.targets[0], node.value)]
        else:
            continue
        for target, value in pairs:
            texts = value.elts if isinstance(value, ast.Tuple) else [value]
            plain = tuple(
                text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)
            )
            if isinstance(target, ast.Name) and plain:
                found[target.id] = plain
    return found


def _opened(wiring: ast.Module) -> Iterator[str]:
    """The constants with which tables are opened, as in table(LEDGER)."""
    for node in ast.walk(wiring):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "table":
            named = node.args[0]
            assert isinstance(named, ast.Name), "the wiring must open tables by constants"
            yield named.id


def _triggers(root: Path) -> Iterator[str]:
    """Every queue that triggers a function."""
    for path in sorted((root / "functions").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "queue_name" and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def _is_required(root: Path, need: Need) -> bool:
    return any(re.search(need.pattern, path.read_text()) for path in root.glob(need.where))
