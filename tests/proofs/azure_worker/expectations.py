"""What must come of the story."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.proofs.azure_worker.run import Seen
from tests.proofs.azure_worker.scenario import GRANTED
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import money

RUNTIME = "azure.functions"
"""What Microsoft's runtime calls its own records."""

CODES = {"foreign": "not_found"}
"""Of refusals."""

AUDITOR = "shared.use_cases.accounts.audit_accounts"


def indexing(seen: Seen, evidence: Evidence) -> None:
    """Every function is found, with the bindings that the library of Python 3.11 lists, and loaded; nothing warns."""
    answers = seen.answers
    evidence.same("indexing", answers["start"]["exception"], "")
    evidence.same("the worker's Python", answers["start"]["python"], "3.13")
    found = {name: function["bindings"] for name, function in answers["functions"].items()}
    evidence.same("functions", sorted(found), sorted(seen.listed))
    for name in found.keys() & seen.listed.keys():
        evidence.same(f"bindings of {name}", found[name], seen.listed[name])
        evidence.same(f"loading of {name}", _outcome(answers["functions"][name]), "Success")
    for room, file in answers["rooms"].items():
        evidence.same(f"where {room} comes from", file, str(seen.app / room / "__init__.py"))
    evidence.same("warnings", answers["warnings"], [])


def http(seen: Seen, evidence: Evidence) -> None:
    """Statuses, headers and bodies go through the worker unharmed; a foreign account is not there."""
    for name, status in {"opened": 201, "granted": 201, "own": 200, "foreign": 404}.items():
        if _succeeded(seen, name, evidence):
            answer = seen.step(name)["http"]
            evidence.same(name, answer["status"], status)
            evidence.same(f"{name}, kept by nobody", answer["headers"].get("Cache-Control"), "no-store")
            evidence.same(f"{name}, the code", json.loads(answer["body"]).get("code"), CODES.get(name))


def queue(seen: Seen, evidence: Evidence) -> None:
    """Each call is debited once, whatever the envelope holds, and the other host sees the same."""
    for name in ("booked", "again", "like the host's own", "poison"):
        _succeeded(seen, name, evidence)
    for name, balance in {"own": GRANTED, "after": GRANTED - seen.story.cost}.items():
        if _succeeded(seen, name, evidence):
            evidence.same(f"{name}, balance", money(json.loads(seen.step(name)["http"]["body"])["balance"]), balance)
    evidence.same("balance at the machine's host", seen.balance, GRANTED - seen.story.cost)
    evidence.same("debits", seen.debits, 2)


def timer(seen: Seen, evidence: Evidence) -> None:
    """The night's audit runs to its end and finds nothing, and its words reach the host's log."""
    _succeeded(seen, "woken", evidence)
    if _succeeded(seen, "audited", evidence):
        told = [line for line in seen.step("audited")["log"] if "findings" in line]
        evidence.same("audit", told, [f"Information {AUDITOR}: audit: 1 accounts, 0 findings"])


def log(seen: Seen, evidence: Evidence) -> None:
    """Nobody but the runtime and the app writes to the host's log: each record there is kept and billed."""
    lines = [line for answer in seen.answers["steps"].values() for line in answer["log"]]
    writers = {line.split()[1].rstrip(":") for line in lines}
    expected = {name for name in writers if name == RUNTIME or name.partition(".")[0] in {"functions", "shared"}}
    evidence.same("writers of the log", sorted(writers - expected), [])
    evidence.same("failures in the log", [line for line in lines if not line.startswith("Information")], [])


JUDGES: tuple[Callable[[Seen, Evidence], None], ...] = (indexing, http, queue, timer, log)


def _succeeded(seen: Seen, name: str, evidence: Evidence) -> bool:
    return evidence.same(f"{name}, outcome", _outcome(seen.step(name)), "Success")


def _outcome(answer: Mapping[str, Any]) -> str:
    """The status, and why when it is no success."""
    return " ".join((answer["status"], *answer["exception"].splitlines()[:1]))
