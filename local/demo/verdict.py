"""The verdict: every claim is compared with what the service answers, and the stored rows are audited."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from local.clock import LocalClock
from local.demo.chapters.first_credit import NOTIFIED
from local.demo.clients import amount
from local.demo.console import status
from local.demo.context import DemoContext, kinds_of
from local.demo.delivery import poison_messages
from local.demo.expected_books import money, total
from local.machine.machine import Machine
from local.machine.service_client import Json
from operations.plural import count_of
from shared.audit.finding import Finding
from shared.settings import read_settings
from shared.use_cases.accounts.audit_accounts import audit_accounts
from shared.wiring.composition import opened


class Rating(NamedTuple):
    """What a call cost, the prefix that matched, and the seconds that were billed."""

    cost: Decimal
    prefix: str | None
    seconds: int

    def __str__(self) -> str:
        return f"{money(self.cost)} ({self.seconds} s by prefix {self.prefix})"


def show_verdict(context: DemoContext) -> None:
    """Read everything back, audit it, and show every claim with what was found."""
    context.console.heading("Compared with the demo's own books")
    with status("reading everything back"):
        kinds = _movements(context) + Counter(each["kind"] for each in context.fabrikam.all("movements"))
        _lots(context)
        _emails(context)
        _payments(context)
        context.claims.add("messages in poison queues", 0, asyncio.run(poison_messages(context.machine.storage)))
        findings = asyncio.run(_audit(context.machine))
    context.claims.add("audit: broken invariants", 0, len(findings))
    context.console.claims(context.claims.made)
    context.console.heading("The audit's verdict")
    context.console.paragraph(
        f"{kinds.total():,} movements: {', '.join(kind_count(kind, count) for kind, count in kinds.items())}."
    )
    for finding in findings:
        context.console.paragraph(str(finding), "red")
    if not findings:
        context.console.paragraph("The stored rows alone prove the books: no invariant is broken.", "bold green")


def _movements(context: DemoContext) -> Counter[str]:
    """Check that every call is booked once, at its price; return how many movements of each kind there are."""
    everything = context.service.all("movements")
    debits = [movement for movement in everything if movement["kind"] == "debit"]
    expected: dict[str, Rating] = {
        call.id: Rating(call.price.amount, call.price.prefix, call.price.billed_seconds) for call in context.tally.calls
    }
    found = {debit["event"]["id"]: _rating(debit) for debit in debits}
    wrong = [name for name, rating in expected.items() if found.get(name) != rating]
    context.claims.add("calls booked, each once", len(expected), len(debits))
    context.claims.add("calls at another price than expected", 0, len(wrong))
    context.claims.remarks += [
        f"call {name}: {expected[name]} was expected, {found.get(name)} found" for name in wrong[:3]
    ]
    context.claims.add("cost of all calls", money(_sum(expected)), money(_sum(found)))
    booked = total(amount(movement["amount"]) for movement in everything)
    context.claims.add("sum of all movements", money(context.books.balance), money(booked))
    return Counter(movement["kind"] for movement in everything)


def _sum(ratings: dict[str, Rating]) -> Decimal:
    return total(rating.cost for rating in ratings.values())


def _rating(debit: Json) -> Rating:
    """The rating in a debit's explanation."""
    explanation = debit["explanation"]
    return Rating(-amount(debit["amount"]), explanation.get("prefix"), explanation["billedSeconds"])


def _lots(context: DemoContext) -> None:
    """Check every lot in order: its source, its amount, and whether it was spent or expired."""
    expected = [
        f"{lot.source} {money(lot.original)} {'expired' if lot.lapsed else 'spent'}" for lot in context.books.lots
    ]
    found = [f"{lot['source']} {money(amount(lot['original']))} {lot['state']}" for lot in context.service.all("lots")]
    _claim_list(context, "lots, and how they ended", expected, found)


def _emails(context: DemoContext) -> None:
    """Check that there is one e-mail for each crossing, to the administrators who want e-mails."""
    emails = context.stand_ins.emails()
    _claim_list(context, "e-mails, one for each crossing", context.emails, kinds_of(emails))
    readers = {address.partition("@")[0] for email in emails for address in email["to"]}
    expected = ", ".join(address.partition("@")[0] for address in NOTIFIED)
    context.claims.add("who was notified", expected, ", ".join(sorted(readers)))
    numbers = {sum(address in email["to"] for email in emails) for address in NOTIFIED}
    context.claims.add("readers of each language got as many", 1, len(numbers))


def _claim_list(context: DemoContext, description: str, expected: Sequence[str], found: Sequence[str]) -> None:
    """Compare two lists; their items are shown only when they differ."""
    in_order = f"{len(expected)}, in order"
    context.claims.add(description, in_order, in_order if expected == found else f"{len(found)}, differing")
    if expected != found:
        context.claims.remarks.append(f"{description}: {runs(expected)} expected, {runs(found)} found")


def _payments(context: DemoContext) -> None:
    """Check that all money that the provider took became lots, and that no payment was charged twice."""
    payments = context.stand_ins.payments()
    taken = sum(payment["amount"] for payment in payments if payment["succeededCharges"])
    bought = total(lot.original for lot in context.books.lots)
    context.claims.add("taken from the cards", money(bought), money(Decimal(taken) / 100))
    context.claims.add("payments charged twice", 0, sum(payment["succeededCharges"] > 1 for payment in payments))


def kind_count(kind: str, count: int) -> str:
    """`1 purchase`, `3 debits`, `2 expiries`."""
    return count_of(count, kind, "expiries" if kind == "expiry" else "")


def runs(names: Iterable[str]) -> str:
    """`2 recharged, postponed`: equal neighbours are counted."""
    counted = [(name, len(list(same))) for name, same in groupby(names)]
    return ", ".join(name if count == 1 else f"{count} {name}" for name, count in counted)


async def _audit(machine: Machine) -> Sequence[Finding]:
    """The findings of the nightly audit, which this process runs on the stored rows."""
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        return await audit_accounts(services)
