"""Damage to the journal: plain, and by a forger who recomputes every hash."""

from collections.abc import Callable
from typing import Any

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.damage import Damage, ScenarioRows
from tests.proofs.prove.corruption.rows import Row, debits, increased

Forgery = Callable[[list[Row]], None]
OPEN = "lot:"


def _key(number: int) -> str:
    return f"j:{number:012d}"


def _in_the_middle(_scene: ScenarioRows) -> int:
    return 5


def _last(scenario: ScenarioRows) -> int:
    return len(scenario.ledger.keys("j:"))


def _middle_changed(scenario: ScenarioRows) -> None:
    """Change an amount in the text of a page in the middle, and nothing else."""
    page, _ = debits(scenario.ledger.pages())[0]
    key = _key(page["sequence"])
    text = scenario.ledger.get(key)["p0"]
    amount = page["movements"][0]["entries"][0][2]
    scenario.ledger.change(key, p0=text.replace(f",{amount}]", f",{amount + 1}]", 1))


def _rehashed(number: Callable[[ScenarioRows], int], name: str, value: Any) -> Callable[[ScenarioRows], None]:
    """Change one value of a page, and recompute that page's own hash."""

    def apply(scenario: ScenarioRows) -> None:
        page = scenario.ledger.pages()[number(scenario) - 1]
        scenario.ledger.put_page({**page, name: value})

    return apply


def _page_lost(number: Callable[[ScenarioRows], int]) -> Callable[[ScenarioRows], None]:
    return lambda scenario: scenario.ledger.delete(_key(number(scenario)))


def _page_too_many(scenario: ScenarioRows) -> None:
    """Add a well-formed page after the last."""
    last = scenario.ledger.pages()[-1]
    chain = scenario.ledger.get("a:head")["chain"]
    scenario.ledger.put_page(
        {**last, "sequence": last["sequence"] + 1, "previous": chain, "movements": [], "marks": []}
    )


def _swapped(scenario: ScenarioRows) -> None:
    first, second = (scenario.ledger.get(_key(_last(scenario) - back)) for back in (2, 1))
    scenario.ledger.put(first["RowKey"], second)
    scenario.ledger.put(second["RowKey"], first)


def _stored_hash(scenario: ScenarioRows) -> None:
    scenario.ledger.change(_key(2), hash="0" * 64)


def _one_part_more(scenario: ScenarioRows) -> None:
    row = scenario.ledger.get(_key(2))
    scenario.ledger.change(_key(2), parts=increased(row["parts"], 1), p1=" ")


def _forged(forgery: Forgery) -> Callable[[ScenarioRows], None]:
    return lambda scenario: scenario.ledger.forge(forgery)


def _entry_of_last_debit(*entry: object) -> Forgery:
    """Replace the only entry of the last debit."""

    def forge(pages: list[Row]) -> None:
        _, movement = debits(pages)[-1]
        movement["entries"] = [list(entry)]

    return forge


def _half_price(pages: list[Row]) -> None:
    """Debit less than the call's price, with a matching after-image in the page."""
    page, movement = debits(pages)[-1]
    entry = movement["entries"][0]
    spared = entry[2] // 2
    entry[2] -= spared
    page["after"]["lots"][entry[0].removeprefix(OPEN)][0] += spared


def _other_lot(pages: list[Row]) -> None:
    """Let the lot that should be spent last pay."""
    page, movement = debits(pages)[-1]
    entry = movement["entries"][0]
    entry[0] = OPEN + max(set(page["after"]["lots"]) - {entry[0].removeprefix(OPEN)})


def _after_expiry(pages: list[Row]) -> None:
    _, movement = debits(pages)[-1]
    movement["startedAt"] = "2098-01-01T00:00:00Z"


def _overdraft_instead(pages: list[Row]) -> None:
    """Book the call to overdraft despite funds, as a correction, because the lots of a debit would be checked."""
    _, movement = debits(pages)[-1]
    movement["entries"] = [["overdraft", "usage", movement["entries"][0][2]]]
    movement["kind"] = "correction"


def _settled_twice(pages: list[Row]) -> None:
    pages[-1]["marks"].append(debits(pages)[0][0]["marks"][0])


def _without_marker(pages: list[Row]) -> None:
    pages[-1]["marks"] = []


def _named_twice(pages: list[Row]) -> None:
    """Add a second debit of the last call, without its own marker."""
    page, movement = debits(pages)[-1]
    page["movements"].append(movement)


def _backwards(pages: list[Row]) -> None:
    pages[-1]["at"] = pages[0]["at"]


def _paid_twice(pages: list[Row]) -> None:
    """Open a second lot with the same payment."""
    bought = next(lot for page in pages for lot in page.get("opened", ()) if lot["payment"])
    twin = {**bought, "id": "20990101000000000000-aaaaaaaaaa", "remaining": 0}
    pages[-1]["opened"] = [*pages[-1].get("opened", ()), twin]
    entry = ["card", OPEN + twin["id"], bought["original"]]
    pages[-1]["movements"].append({"kind": "purchase", "event": ["payment", bought["payment"]], "entries": [entry]})


def _never_paid(pages: list[Row]) -> None:
    """Remove the payment from a purchase's lot."""
    bought = next(lot for page in pages for lot in page.get("opened", ()) if lot["payment"])
    bought["payment"] = ""


def _born_full(pages: list[Row]) -> None:
    """Make a lot larger than its payment."""
    bought = next(lot for page in pages for lot in page.get("opened", ()) if lot["payment"])
    bought["original"] += 1_000_000


def _without_alarm(scenario: ScenarioRows) -> None:
    """Remove the alarm from both page and head, although lots expire."""
    last = scenario.ledger.pages()[-1]
    last["after"]["nextAlarm"] = ""
    scenario.ledger.change("a:head", nextAlarm="", chain=scenario.ledger.put_page(last))


_less_than_nothing = _forged(_entry_of_last_debit("overdraft", "usage", -1))
_nowhere = _forged(_entry_of_last_debit("overdraft", "pocket", 1))
_no_lot = _forged(_entry_of_last_debit("lot:none", "usage", 1))

JOURNAL = (
    Damage("an amount in a page is another", Invariant.CHAIN, _middle_changed),
    Damage("the same in the last page", Invariant.CHAIN, _rehashed(_last, "token", "other")),
    Damage("a page is another, its own hash right", Invariant.CHAIN, _rehashed(_in_the_middle, "token", "other")),
    Damage("a page says another one before it", Invariant.CHAIN, _rehashed(_in_the_middle, "previous", "0" * 64)),
    Damage("a page's stored hash is another", Invariant.CHAIN, _stored_hash),
    Damage("a page has one part more", Invariant.CHAIN, _one_part_more),
    Damage("the first page is lost", Invariant.CHAIN, _page_lost(lambda _scene: 1)),
    Damage("a page is lost", Invariant.CHAIN, _page_lost(_in_the_middle)),
    Damage("the last page is lost", Invariant.CHAIN, _page_lost(_last)),
    Damage("a page too many", Invariant.CHAIN, _page_too_many),
    Damage("two pages changed places", Invariant.CHAIN, _swapped),
    Damage("forged: time runs backwards", Invariant.CHAIN, _forged(_backwards)),
    Damage(
        "forged: an entry moves less than nothing",
        Invariant.BALANCED,
        _less_than_nothing,
    ),
    Damage("forged: an entry leads nowhere", Invariant.BALANCED, _nowhere),
    Damage("forged: an entry takes from no lot", Invariant.BALANCED, _no_lot),
    Damage("forged: a lot larger than its payment", Invariant.LOT, _forged(_born_full)),
    Damage("forged: a debit below its price", Invariant.BALANCED, _forged(_half_price)),
    Damage("forged: another lot pays", Invariant.ORDER, _forged(_other_lot)),
    Damage("forged: a lot pays after its expiry", Invariant.ORDER, _forged(_after_expiry)),
    Damage("forged: overdraft beside free money", Invariant.ORDER, _forged(_overdraft_instead)),
    Damage("forged: an event settled by two pages", Invariant.ONCE, _forged(_settled_twice)),
    Damage("forged: a call booked without its marker", Invariant.ONCE, _forged(_without_marker)),
    Damage("forged: a call booked twice under one marker", Invariant.ONCE, _forged(_named_twice)),
    Damage("forged: one payment, two lots", Invariant.PAYMENT, _forged(_paid_twice)),
    Damage("forged: a bought lot without a payment", Invariant.PAYMENT, _forged(_never_paid)),
    Damage("forged: nothing is waited for", Invariant.WAITING, _without_alarm),
)
