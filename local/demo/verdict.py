"""The end: everything is read back once more, the rows are audited, and all of it stands in one table."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from local.clock import LocalClock
from local.demo.chapters.first_credit import TOLD
from local.demo.clients import Json, amount
from local.demo.console import meanwhile
from local.demo.context import DemoContext, kinds_of
from local.demo.delivery import given_up
from local.demo.expected_books import money, together
from local.machine.machine import Machine
from shared.audit.finding import Finding
from shared.settings import read_settings
from shared.use_cases.accounts.audit_accounts import audit_accounts
from shared.wiring.composition import opened


class Why(NamedTuple):
    """What a call cost, the prefix that it met, and the seconds that were billed."""

    cost: Decimal
    prefix: str | None
    seconds: int

    def __str__(self) -> str:
        return f"{money(self.cost)} ({self.seconds} s by prefix {self.prefix})"


def check_verdict(context: DemoContext) -> None:
    """Read all back, audit, and show what was claimed and what was found."""
    context.console.heading("Held against the demo's own books")
    with meanwhile("reading everything back"):
        kinds = _movements(context)
        _lots(context)
        _emails(context)
        _payments(context)
        context.claims.add("messages given up", 0, asyncio.run(given_up(context.machine.storage)))
        findings = asyncio.run(_audit(context.machine))
    context.claims.add("audit: broken promises", 0, len(findings))
    context.console.claims(context.claims.made)
    context.console.heading("The audit's verdict")
    context.console.say(
        f"{kinds.total():,} movements: {', '.join(f'{count:,} {kind}' for kind, count in kinds.items())}."
    )
    for finding in findings:
        context.console.say(str(finding), "red")
    if not findings:
        context.console.say("The stored rows alone prove the books: no promise is broken.", "bold green")


def _movements(context: DemoContext) -> Counter[str]:
    """Every call once, at its price and for its reason; how many movements of each kind there are."""
    everything = context.service.all("movements")
    debits = [movement for movement in everything if movement["kind"] == "debit"]
    expected: dict[str, Why] = {
        call.id: Why(call.price.amount, call.price.prefix, call.price.billed_seconds) for call in context.tally.calls
    }
    found = {debit["event"]["id"]: _why(debit) for debit in debits}
    wrong = [name for name, why in expected.items() if found.get(name) != why]
    context.claims.add("calls booked, each once", len(expected), len(debits))
    context.claims.add("calls at another price than ours", 0, len(wrong))
    context.claims.remarks += [
        f"call {name}: {expected[name]} was expected, {found.get(name)} found" for name in wrong[:3]
    ]
    context.claims.add("cost of all calls", money(_sum(expected)), money(_sum(found)))
    total = together(amount(movement["amount"]) for movement in everything)
    context.claims.add("sum of all movements", money(context.books.balance), money(total))
    return Counter(movement["kind"] for movement in everything)


def _sum(whys: dict[str, Why]) -> Decimal:
    return together(why.cost for why in whys.values())


def _why(debit: Json) -> Why:
    """What a debit says about its price."""
    explanation = debit["explanation"]
    return Why(-amount(debit["amount"]), explanation.get("prefix"), explanation["billedSeconds"])


def _lots(context: DemoContext) -> None:
    """Every lot, in order, and how it ended."""
    expected = [
        f"{lot.source} {money(lot.original)} {'expired' if lot.lapsed else 'spent'}" for lot in context.books.lots
    ]
    found = [f"{lot['source']} {money(amount(lot['original']))} {lot['state']}" for lot in context.service.all("lots")]
    _claim_row(context, "lots, and how they ended", expected, found)


def _emails(context: DemoContext) -> None:
    """One e-mail for each crossing, to those who want them."""
    emails = context.around.emails()
    _claim_row(context, "e-mails, one for each crossing", context.emails, kinds_of(emails))
    readers = {address.partition("@")[0] for email in emails for address in email["to"]}
    context.claims.add("who was told", ", ".join(name.partition("@")[0] for name in TOLD), ", ".join(sorted(readers)))


def _claim_row(context: DemoContext, words: str, expected: Sequence[str], found: Sequence[str]) -> None:
    """Things in their order; all of them are told only when they differ."""
    in_order = f"{len(expected)}, in order"
    context.claims.add(words, in_order, in_order if expected == found else f"{len(found)}, differing")
    context.claims.remarks += [] if expected == found else [f"{words}: {runs(expected)} expected, {runs(found)} found"]


def _payments(context: DemoContext) -> None:
    """What the provider took is what became lots, and no payment was charged twice."""
    payments = context.around.payments()
    taken = sum(payment["amount"] for payment in payments if payment["succeededCharges"])
    bought = together(lot.original for lot in context.books.lots)
    context.claims.add("taken from the cards", money(bought), money(Decimal(taken) / 100))
    context.claims.add("payments charged twice", 0, sum(payment["succeededCharges"] > 1 for payment in payments))


def runs(words: Iterable[str]) -> str:
    """`2 recharged, postponed`: what follows one another, counted."""
    counted = [(word, len(list(same))) for word, same in groupby(words)]
    return ", ".join(word if count == 1 else f"{count} {word}" for word, count in counted)


async def _audit(machine: Machine) -> Sequence[Finding]:
    """The nightly audit, carried out here from the stored rows."""
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        return await audit_accounts(services)
