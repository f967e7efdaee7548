"""formats: every record of every sample is sent to the running service in a file, and ends as the table of samples
says; sent again it is a duplicate.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from local.machine.machine import Machine
from shared.readers.row import IGNORED_REASONS
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.sent_files import FileSender
from tests.readers.real_samples import FOLDER, REAL, content_of
from tests.readers.samples import asterisk, own, providers, switches, teams
from tests.readers.samples.sample import ACCOUNT, Record

SAMPLES = (*teams.SAMPLES, *providers.SAMPLES, *own.SAMPLES, *asterisk.SAMPLES, *switches.SAMPLES)
LONG_AGO = "2001-01-01T00:00:00Z"
"""Before the oldest sample."""


@dataclass(frozen=True)
class Sent:
    """A file of *account*, and what becomes of its records; a text: why it cannot be read."""

    account: str
    format: str
    content: bytes
    records: Sequence[Record] | str
    profile: Mapping[str, Any] = field(default_factory=dict)


def test(chosen: argparse.Namespace) -> Result:
    """Send every sample, and compare receipts with the table."""
    del chosen
    checks, kinds = Checks(), Counter[str]()
    with Machine.start(None) as machine, HttpClient(machine) as client:
        sender = FileSender(client)
        sender.publish_card(LONG_AGO)
        for sent in (*_by_hand(client), *_real(client)):
            name = sender.profile(sent.format, sent.profile) if sent.profile else None
            shown = sender.sent(sent.content, sent.format, sent.account, name)
            checks.equal(f"{sent.format}: {sent.content[:40]!r}", sender.counts(shown), _expected(sent.records))
            if not isinstance(sent.records, str):
                again = sender.sent(sent.content, sent.format, sent.account, name)
                checks.equal(f"{sent.format} again", sender.counts(again), _again(sent.records))
                kinds.update(record.outcome for record in sent.records)
        checks.equal("the audit's findings", [str(finding) for finding in audited(machine)], [])
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    real = f"{len(REAL)} real files among them" if FOLDER.is_dir() else "the real samples are not beside the project"
    return checks.result(
        f"{kinds.total()} records of twelve formats end as the table says, and again are duplicates: {told}; {real}",
        records=kinds.total(),
        real=FOLDER.is_dir(),
    )


def _by_hand(client: HttpClient) -> list[Sent]:
    """The hand-written samples, each for an account of its own."""
    found = []
    for sample in SAMPLES:
        account = ACCOUNT if sample.format == "cloudevents" else str(uuid4())  # the batch has it in base64, too
        client.open(account, country=sample.country, usageFrom=LONG_AGO)
        own_account = dict.fromkeys(sample.profile.get("accountOf", ()), account)
        profile = {**sample.profile, **({"accountOf": own_account} if own_account else {})}
        content = sample.content.replace(ACCOUNT.encode(), account.encode())
        found.append(Sent(account, sample.format, content, sample.records, profile))
    return found


def _real(client: HttpClient) -> list[Sent]:
    """The real samples, all for one account: two of them conflict with others."""
    if not FOLDER.is_dir():
        return []
    account = str(uuid4())
    client.open(account, country="US", usageFrom=LONG_AGO)
    return [Sent(account, form, content_of(name), records) for (form, name), records in REAL.items()]


def _expected(records: Sequence[Record] | str) -> dict[str, Any]:
    if isinstance(records, str):
        return {"state": "failed", "read": 1, "suspended": 1, "reasons": {"unreadable": 1}}
    of = Counter(record.outcome for record in records)
    reasons = Counter({reason: count for reason, count in of.items() if reason not in {"booked", "duplicate"}})
    ignored = sum(count for reason, count in reasons.items() if reason in IGNORED_REASONS)
    suspended = reasons.total() - ignored
    counts = {"read": of.total(), "booked": of["booked"], "duplicate": of["duplicate"], "suspended": suspended}
    return _present({"state": "done", **counts, "ignored": ignored, "reasons": dict(reasons)})


def _again(records: Sequence[Record]) -> dict[str, Any]:
    reasons = Counter(record.outcome for record in records if record.outcome in IGNORED_REASONS)
    duplicate = len(records) - reasons.total()
    counts = {"read": len(records), "duplicate": duplicate, "ignored": reasons.total(), "reasons": dict(reasons)}
    return _present({"state": "done", **counts})


def _present(counts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in counts.items() if value}


CLAIM = Claim("formats", "every record of every format is booked, ignored or refused as a table says", (), test)
