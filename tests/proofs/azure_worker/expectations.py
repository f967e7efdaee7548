"""The expected results of the scenario."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.proofs.azure_worker.run import Observed
from tests.proofs.azure_worker.scenario import GRANTED
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.http_client import money

RUNTIME = "azure.functions"
"""The logger name of Microsoft's runtime."""

CODES = {"foreign": "not_found"}
"""The error codes of refused requests."""

AUDITOR = "shared.use_cases.accounts.audit_nightly"


def indexing(observed: Observed, checks: Checks) -> None:
    """Every function is found with the bindings that the library lists on Python 3.11, and loaded without warnings."""
    answers = observed.answers
    checks.equal("indexing", answers["start"]["exception"], "")
    checks.equal("the worker's Python", answers["start"]["python"], "3.13")
    found = {name: function["bindings"] for name, function in answers["functions"].items()}
    checks.equal("functions", sorted(found), sorted(observed.listed))
    for name in found.keys() & observed.listed.keys():
        checks.equal(f"bindings of {name}", found[name], observed.listed[name])
        checks.equal(f"loading of {name}", _outcome(answers["functions"][name]), "Success")
    for room, file in answers["rooms"].items():
        checks.equal(f"where {room} comes from", file, str(observed.app / room / "__init__.py"))
    checks.equal("warnings", answers["warnings"], [])


def http(observed: Observed, checks: Checks) -> None:
    """Statuses, headers and bodies pass through the worker unchanged; another tenant's account is not found."""
    for name, status in {"opened": 201, "granted": 201, "own": 200, "foreign": 404}.items():
        if _succeeded(observed, name, checks):
            answer = observed.step(name)["http"]
            checks.equal(name, answer["status"], status)
            checks.equal(f"{name}, Cache-Control", answer["headers"].get("Cache-Control"), "no-store")
            checks.equal(f"{name}, error code", json.loads(answer["body"]).get("code"), CODES.get(name))


def queue(observed: Observed, checks: Checks) -> None:
    """Each call is debited once, for any attributes in the envelope, and the machine's own host reads the same."""
    for name in ("booked", "again", "like the host's own", "poison"):
        _succeeded(observed, name, checks)
    for name, balance in {"own": GRANTED, "after": GRANTED - observed.scenario.cost}.items():
        if _succeeded(observed, name, checks):
            checks.equal(f"{name}, balance", money(json.loads(observed.step(name)["http"]["body"])["balance"]), balance)
    checks.equal("balance at the machine's host", observed.balance, GRANTED - observed.scenario.cost)
    checks.equal("debits", observed.debits, 2)


def timer(observed: Observed, checks: Checks) -> None:
    """The nightly audit completes without findings, and its messages reach the host's log."""
    _succeeded(observed, "woken", checks)
    _succeeded(observed, "night", checks)
    if _succeeded(observed, "audited", checks):
        messages = [line for line in observed.step("audited")["log"] if "findings" in line]
        checks.equal("audit", messages, [f"Information {AUDITOR}: audit: 1 accounts, 0 findings"])


def log(observed: Observed, checks: Checks) -> None:
    """Only the runtime and the app write to the host's log, where each record is stored and billed."""
    lines = [line for answer in observed.answers["steps"].values() for line in answer["log"]]
    writers = {line.split()[1].rstrip(":") for line in lines}
    expected = {name for name in writers if name == RUNTIME or name.partition(".")[0] in {"functions", "shared"}}
    checks.equal("unexpected loggers", sorted(writers - expected), [])
    checks.equal("log records above Information", [line for line in lines if not line.startswith("Information")], [])


JUDGES: tuple[Callable[[Observed, Checks], None], ...] = (indexing, http, queue, timer, log)


def _succeeded(observed: Observed, name: str, checks: Checks) -> bool:
    return checks.equal(f"{name}, outcome", _outcome(observed.step(name)), "Success")


def _outcome(answer: Mapping[str, Any]) -> str:
    """The status, and the reason if it is not Success."""
    return " ".join((answer["status"], *answer["exception"].splitlines()[:1]))
