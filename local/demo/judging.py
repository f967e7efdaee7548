"""The end: everything is read back once more, the rows are audited, and all of it stands in one table."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from local.clock import LocalClock
from local.demo.delivery import given_up
from local.demo.expected import money, together
from local.demo.opening import TOLD
from local.demo.outside import Json, amount
from local.demo.paper import meanwhile
from local.demo.tale import Tale, kinds_of
from local.machine.machine import Machine
from shared.audit.finding import Finding
from shared.settings import read_settings
from shared.use_cases.audit_accounts import audit_accounts
from shared.wiring import opened


class Why(NamedTuple):
    """What a call cost, the prefix that it met, and the seconds that were billed."""

    cost: Decimal
    prefix: str | None
    seconds: int

    def __str__(self) -> str:
        return f"{money(self.cost)} ({self.seconds} s by prefix {self.prefix})"


def judge(tale: Tale) -> None:
    """Read all back, audit, and show what was claimed and what was found."""
    tale.paper.heading("Held against the demo's own books")
    with meanwhile("reading everything back"):
        kinds = _movements(tale)
        _lots(tale)
        _letters(tale)
        _payments(tale)
        tale.claims.add("messages given up", 0, asyncio.run(given_up(tale.machine.storage)))
        findings = asyncio.run(_audit(tale.machine))
    tale.claims.add("audit: broken promises", 0, len(findings))
    tale.paper.claims(tale.claims.made)
    tale.paper.heading("The audit's verdict")
    tale.paper.say(f"{kinds.total():,} movements: {', '.join(f'{count:,} {kind}' for kind, count in kinds.items())}.")
    for finding in findings:
        tale.paper.say(str(finding), "red")
    if not findings:
        tale.paper.say("The stored rows alone prove the books: no promise is broken.", "bold green")


def _movements(tale: Tale) -> Counter[str]:
    """Every call once, at its price and for its reason; how many movements of each kind there are."""
    everything = tale.service.all("movements")
    debits = [movement for movement in everything if movement["kind"] == "debit"]
    expected: dict[str, Why] = {
        call.id: Why(call.price.amount, call.price.prefix, call.price.billed_seconds) for call in tale.tally.calls
    }
    found = {debit["event"]["id"]: _why(debit) for debit in debits}
    wrong = [name for name, why in expected.items() if found.get(name) != why]
    tale.claims.add("calls booked, each once", len(expected), len(debits))
    tale.claims.add("calls at another price than ours", 0, len(wrong))
    tale.claims.remarks += [
        f"call {name}: {expected[name]} was expected, {found.get(name)} found" for name in wrong[:3]
    ]
    tale.claims.add("cost of all calls", money(_sum(expected)), money(_sum(found)))
    total = together(amount(movement["amount"]) for movement in everything)
    tale.claims.add("sum of all movements", money(tale.books.balance), money(total))
    return Counter(movement["kind"] for movement in everything)


def _sum(whys: dict[str, Why]) -> Decimal:
    return together(why.cost for why in whys.values())


def _why(debit: Json) -> Why:
    """What a debit says about its price."""
    explanation = debit["explanation"]
    return Why(-amount(debit["amount"]), explanation.get("prefix"), explanation["billedSeconds"])


def _lots(tale: Tale) -> None:
    """Every lot, in order, and how it ended."""
    expected = [f"{lot.source} {money(lot.original)} {'expired' if lot.lapsed else 'spent'}" for lot in tale.books.lots]
    found = [f"{lot['source']} {money(amount(lot['original']))} {lot['state']}" for lot in tale.service.all("lots")]
    _claim_row(tale, "lots, and how they ended", expected, found)


def _letters(tale: Tale) -> None:
    """One letter for each crossing, to those who want them."""
    letters = tale.around.letters()
    _claim_row(tale, "e-mails, one for each crossing", tale.letters, kinds_of(letters))
    readers = {address.partition("@")[0] for letter in letters for address in letter["to"]}
    tale.claims.add("who was told", ", ".join(name.partition("@")[0] for name in TOLD), ", ".join(sorted(readers)))


def _claim_row(tale: Tale, words: str, expected: Sequence[str], found: Sequence[str]) -> None:
    """Things in their order; all of them are told only when they differ."""
    in_order = f"{len(expected)}, in order"
    tale.claims.add(words, in_order, in_order if expected == found else f"{len(found)}, differing")
    tale.claims.remarks += [] if expected == found else [f"{words}: {runs(expected)} expected, {runs(found)} found"]


def _payments(tale: Tale) -> None:
    """What the provider took is what became lots, and no payment was charged twice."""
    payments = tale.around.payments()
    taken = sum(payment["amount"] for payment in payments if payment["succeededCharges"])
    bought = together(lot.original for lot in tale.books.lots)
    tale.claims.add("taken from the cards", money(bought), money(Decimal(taken) / 100))
    tale.claims.add("payments charged twice", 0, sum(payment["succeededCharges"] > 1 for payment in payments))


def runs(words: Iterable[str]) -> str:
    """`2 recharged, postponed`: what follows one another, counted."""
    counted = [(word, len(list(same))) for word, same in groupby(words)]
    return ", ".join(word if count == 1 else f"{count} {word}" for word, count in counted)


async def _audit(machine: Machine) -> Sequence[Finding]:
    """The nightly audit, carried out here from the stored rows."""
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        return await audit_accounts(services)
