"""The end: everything is read back once more, the rows are audited, and all of it stands in one table."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import groupby

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


def judge(tale: Tale) -> None:
    """Read all back, audit, and show what was claimed and what was found."""
    tale.paper.heading("Held against the demo's own books")
    with meanwhile("reading everything back"):
        kinds = _movements(tale)
        _lots(tale)
        _letters(tale)
        _payments(tale)
        tale.claims.add("messages that failed for good", 0, asyncio.run(given_up(tale.machine.storage)))
        findings = asyncio.run(_audit(tale.machine))
    tale.claims.add("audit of the stored rows: broken promises", 0, len(findings))
    tale.paper.claims(tale.claims.made)
    tale.paper.heading("The audit's verdict")
    tale.paper.counts("movements", kinds)
    for finding in findings:
        tale.paper.say(str(finding))
    if not findings:
        tale.paper.verdict("The stored rows prove the books: no promise is broken.", "green")


def _movements(tale: Tale) -> list[tuple[str, int]]:
    """Every call once, at its price and for its reason; how many movements of each kind there are."""
    everything = tale.service.all("movements")
    debits = [movement for movement in everything if movement["kind"] == "debit"]
    expected = {call.id: (call.price.amount, call.price.prefix, call.price.billed_seconds) for call in tale.tally.calls}
    found = {debit["event"]["id"]: _price(debit) for debit in debits}
    same = sum(found.get(name) == price for name, price in expected.items())
    tale.claims.add("calls booked, each once", len(expected), len(debits))
    tale.claims.add("each at the price of the demo's own rater", len(expected), same)
    tale.claims.add(
        "cost of all calls", *(money(together(price[0] for price in each.values())) for each in (expected, found))
    )
    tale.claims.add(
        "all movements together: the balance",
        money(tale.books.balance),
        money(together(amount(each["amount"]) for each in everything)),
    )
    names = [movement["kind"] for movement in everything]
    return [(name, names.count(name)) for name in dict.fromkeys(names)]


def _price(debit: Json) -> tuple[object, object, object]:
    """What a debit says about its price: what it took, the prefix, the billed seconds."""
    explanation = debit["explanation"]
    return -amount(debit["amount"]), explanation.get("prefix"), explanation["billedSeconds"]


def _lots(tale: Tale) -> None:
    """Every lot, and what was left to lapse in it."""
    lots = tale.service.all("lots")
    expected = [f"{lot.source} {money(lot.original)} {'expired' if lot.lapsed else 'spent'}" for lot in tale.books.lots]
    found = [f"{lot['source']} {money(amount(lot['original']))} {lot['state']}" for lot in lots]
    tale.claims.add("lots, from the first to the last", runs(expected), runs(found))


def _letters(tale: Tale) -> None:
    letters = tale.around.letters()
    tale.claims.add("e-mails, one for each crossing", runs(tale.letters), runs(kinds_of(letters)))
    readers = {address for letter in letters for address in letter["to"]}
    tale.claims.add("who was told", ", ".join(sorted(TOLD)), ", ".join(sorted(readers)))


def _payments(tale: Tale) -> None:
    """What the provider took is what became lots, and no payment was charged twice."""
    payments = tale.around.payments()
    taken = sum(payment["amount"] for payment in payments if payment["succeededCharges"])
    bought = together(lot.original for lot in tale.books.lots)
    tale.claims.add("taken from the cards", money(bought), f"{taken // 100:,}.{taken % 100:02d}")
    tale.claims.add("payments charged twice", 0, sum(payment["succeededCharges"] > 1 for payment in payments))


def runs(words: Iterable[str]) -> str:
    """`2 recharged, postponed`: what follows one another, counted."""
    counted = [(word, len(list(same))) for word, same in groupby(words)]
    return ", ".join(word if count == 1 else f"{count} {word}" for word, count in counted)


async def _audit(machine: Machine) -> Sequence[Finding]:
    """The nightly audit, carried out here from the stored rows."""
    async with opened(read_settings(machine.settings), LocalClock(machine.folder / "clock")) as services:
        return await audit_accounts(services)
