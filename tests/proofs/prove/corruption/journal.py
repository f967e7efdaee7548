"""Damage to the journal: plain, and by a forger who computes every hash anew."""

from collections.abc import Callable
from typing import Any

from shared.audit.finding import Invariant
from tests.proofs.prove.corruption.damage import Damage, Scene
from tests.proofs.prove.corruption.rows import Row, debits, more

Forgery = Callable[[list[Row]], None]
OPEN = "lot:"


def _key(number: int) -> str:
    return f"j:{number:012d}"


def _in_the_middle(_scene: Scene) -> int:
    return 5


def _last(scene: Scene) -> int:
    return len(scene.ledger.keys("j:"))


def _middle_changed(scene: Scene) -> None:
    """An amount in the text of a page in the middle, and nothing else."""
    page, _ = debits(scene.ledger.pages())[0]
    key = _key(page["sequence"])
    text = scene.ledger.get(key)["p0"]
    amount = page["movements"][0]["entries"][0][2]
    scene.ledger.change(key, p0=text.replace(f",{amount}]", f",{amount + 1}]", 1))


def _rehashed(number: Callable[[Scene], int], name: str, value: Any) -> Callable[[Scene], None]:
    """One fact of one page changed, and that page's own hash computed anew."""

    def harm(scene: Scene) -> None:
        page = scene.ledger.pages()[number(scene) - 1]
        scene.ledger.put_page({**page, name: value})

    return harm


def _page_lost(number: Callable[[Scene], int]) -> Callable[[Scene], None]:
    return lambda scene: scene.ledger.delete(_key(number(scene)))


def _page_too_many(scene: Scene) -> None:
    """A page behind the last, well made."""
    last = scene.ledger.pages()[-1]
    chain = scene.ledger.get("a:head")["chain"]
    scene.ledger.put_page({**last, "sequence": last["sequence"] + 1, "previous": chain, "movements": [], "marks": []})


def _swapped(scene: Scene) -> None:
    first, second = (scene.ledger.get(_key(_last(scene) - back)) for back in (2, 1))
    scene.ledger.put(first["RowKey"], second)
    scene.ledger.put(second["RowKey"], first)


def _stored_hash(scene: Scene) -> None:
    scene.ledger.change(_key(2), hash="0" * 64)


def _one_part_more(scene: Scene) -> None:
    row = scene.ledger.get(_key(2))
    scene.ledger.change(_key(2), parts=more(row["parts"], 1), p1=" ")


def _forged(forgery: Forgery) -> Callable[[Scene], None]:
    return lambda scene: scene.ledger.forge(forgery)


def _entry_of_last_debit(*entry: object) -> Forgery:
    """The last debit's one entry becomes another."""

    def forge(pages: list[Row]) -> None:
        _, movement = debits(pages)[-1]
        movement["entries"] = [list(entry)]

    return forge


def _half_price(pages: list[Row]) -> None:
    """Less is taken than the explanation says, and the page's own after-image agrees."""
    page, movement = debits(pages)[-1]
    entry = movement["entries"][0]
    spared = entry[2] // 2
    entry[2] -= spared
    page["after"]["lots"][entry[0].removeprefix(OPEN)][0] += spared


def _other_lot(pages: list[Row]) -> None:
    """The lot that should be spent last pays."""
    page, movement = debits(pages)[-1]
    entry = movement["entries"][0]
    entry[0] = OPEN + max(set(page["after"]["lots"]) - {entry[0].removeprefix(OPEN)})


def _after_expiry(pages: list[Row]) -> None:
    _, movement = debits(pages)[-1]
    movement["startedAt"] = "2098-01-01T00:00:00Z"


def _overdraft_instead(pages: list[Row]) -> None:
    """The call goes to overdraft though there is money, and is no debit, whose lots would be looked at."""
    _, movement = debits(pages)[-1]
    movement["entries"] = [["overdraft", "usage", movement["entries"][0][2]]]
    movement["kind"] = "correction"


def _settled_twice(pages: list[Row]) -> None:
    pages[-1]["marks"].append(debits(pages)[0][0]["marks"][0])


def _without_marker(pages: list[Row]) -> None:
    pages[-1]["marks"] = []


def _named_twice(pages: list[Row]) -> None:
    """A second debit of the last call, without a marker of its own."""
    page, movement = debits(pages)[-1]
    page["movements"].append(movement)


def _backwards(pages: list[Row]) -> None:
    pages[-1]["at"] = pages[0]["at"]


def _paid_twice(pages: list[Row]) -> None:
    """One payment opens a second lot."""
    bought = next(lot for page in pages for lot in page.get("opened", ()) if lot["payment"])
    twin = {**bought, "id": "20990101000000000000-aaaaaaaaaa", "remaining": 0}
    pages[-1]["opened"] = [*pages[-1].get("opened", ()), twin]
    entry = ["card", OPEN + twin["id"], bought["original"]]
    pages[-1]["movements"].append({"kind": "purchase", "event": ["payment", bought["payment"]], "entries": [entry]})


def _never_paid(pages: list[Row]) -> None:
    """A purchase's lot names no payment."""
    bought = next(lot for page in pages for lot in page.get("opened", ()) if lot["payment"])
    bought["payment"] = ""


def _born_full(pages: list[Row]) -> None:
    """A lot is larger than what was paid for it."""
    bought = next(lot for page in pages for lot in page.get("opened", ()) if lot["payment"])
    bought["original"] += 1_000_000


def _without_alarm(scene: Scene) -> None:
    """Page and head agree that nothing is waited for, though lots expire."""
    last = scene.ledger.pages()[-1]
    last["after"]["nextAlarm"] = ""
    scene.ledger.change("a:head", nextAlarm="", chain=scene.ledger.put_page(last))


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
