"""Verify the proof of a monthly statement, offline: `python3 verify_statement.py PROOF [CHAIN]`.

PROOF is the file of `GET /api/v1/accounts/{account}/statements/{month}.proof`. CHAIN is a page's hash that you kept
from an earlier statement; then the proof must contain that page. Exits 0 if everything holds, 1 if not. This file needs
nothing but Python's standard library, and has no code of the service in it.

The first line is the statement, each further line one page of the journal: a commit to the account, as it was written.
A page names the SHA-256 of the page before, so that none can be changed, left out, added or moved without changing the
statement's `chain`. Sums are added up again from the entries, each call's price from its rate.
"""

import json
import sys
from decimal import Decimal
from hashlib import sha256

GENESIS, MICROS = "0" * 64, 1_000_000
IN, OUT = ("purchased", "recharged", "granted"), ("used", "expired", "refunded", "clawedBack")
COLUMNS = {"purchase": "purchased", "recharge": "recharged", "grant": "granted", "debit": "used", "expiry": "expired"}
COLUMNS |= {"refund": "refunded", "chargeback": "clawedBack", "correction": "corrected", "accrual": "corrected"}


class WrongError(Exception):
    """Something does not hold; the message says what."""


def check(holds, what):
    if not holds:
        raise WrongError(what)


def read(lines):
    """The statement and the pages as (hash, page); each page names the hash of the page before."""
    statement, pages, terms = json.loads(lines[0]), [], {}
    for line in lines[1:]:
        page = json.loads(line)
        number, before = page["sequence"], pages[-1] if pages else None
        check(number != 1 or page["previous"] == GENESIS, "the first page of the journal follows another one")
        if before:
            check(page["previous"] == before[0], f"page {number} does not follow the page before: one was changed")
            check(number == before[1]["sequence"] + 1, f"page {number} comes after page {before[1]['sequence']}")
            check(page["at"] >= before[1]["at"], f"page {number} is older than the page before")
        terms = page.get("terms", terms)
        for said in (terms, *(message for _, message in page.get("outbox", ()))):
            check(said.get("account", statement["account"]) == statement["account"], f"page {number} is another's")
        pages.append((sha256(line.encode()).hexdigest(), page))
    check(pages, "there is no page")
    check(terms.get("currency", statement["currency"]) == statement["currency"], "the account has another currency")
    return statement, pages


def inside(place):
    """Whether a place is part of the account's credit: a lot or the overdraft."""
    return place == "overdraft" or place.startswith("lot:")


def held_after(page):
    """What a page says that every place held after it."""
    after = page["after"] if page else {"lots": {}, "overdraft": 0, "accrued": 0}
    held = {f"lot:{lot}": left[0] for lot, left in after["lots"].items()}
    held |= {"overdraft": after["overdraft"], "accrual": after["accrued"]}
    return {place: left for place, left in held.items() if left}


def book(page, held, sums):
    """Apply a page's entries to what every place holds, and add them to the columns of lots and of the whole ("")."""
    number = page["sequence"]
    for movement in page["movements"]:
        column = COLUMNS[movement["kind"]]
        for source, target, amount in movement["entries"]:
            check(type(amount) is int and amount > 0, f"page {number} moves {amount}")
            for place, effect in ((source, -amount), (target, amount)):
                held[place] = held.get(place, 0) + (-effect if place in {"overdraft", "accrual"} else effect)
                check(held[place] >= 0 or not inside(place), f"{place} is below zero after page {number}")
                if place.startswith("lot:"):
                    add(sums, place[4:], "used" if target == "overdraft" else column, effect)
            add(sums, "", column, amount * (inside(target) - inside(source)))
        check_price(number, movement)
    left = {place: amount for place, amount in held.items() if amount and (inside(place) or place == "accrual")}
    check(left == held_after(page), f"the entries of page {number} do not lead to the balances that it names")


def add(sums, lot, column, effect):
    columns = sums.setdefault(lot, {})
    columns[column] = columns.get(column, 0) + (-effect if column in OUT else effect)


def check_price(number, movement):
    """A call costs what its rate and billed seconds say: one rounding, half up, to the micro-unit."""
    why = movement.get("explanation", {})
    if movement["kind"] in {"debit", "accrual"} and "billedSeconds" in why:
        due = why.get("connectionFee", 0) + (why.get("perMinute", 0) * why["billedSeconds"] + 30) // 60
        paid = sum(amount for _, target, amount in movement["entries"] if target == "usage")
        check(paid == due, f"a call of page {number} cost {paid}, and by its rate {due} micro-units")


def compare(name, shown, opening, sums, closing, currency):
    """Compare one line of the statement with what was added up."""
    received = sum(sums.get(column, 0) for column in IN)
    columns = {column: sums.get(column, 0) for column in (*OUT, "corrected")}
    expected = {"opening": opening, **columns, "closing": closing}
    expected |= {"in": received} if "in" in shown else {column: sums.get(column, 0) for column in IN}
    for column, amount in expected.items():
        money = shown[column]
        same = Decimal(money["amount"]) * MICROS == amount and money["currency"] == currency
        check(same, f"{name}: {column} is {money['amount']} {money['currency']}, by the pages {amount} micro-units")
    check(opening + received - sum(map(columns.get, OUT)) + columns["corrected"] == closing, f"{name}: a wrong total")


def whole(held):
    return sum(left * (-1 if place == "overdraft" else 1) for place, left in held.items() if inside(place))


def verify(lines, anchor=None):
    """What holds, in words. Raises WrongError for the first thing that does not."""
    statement, pages = read(lines)
    month, currency, sums = statement["month"], statement["currency"], {}
    own = [page for _, page in pages if page["at"].startswith(month)]
    before = None if pages[0][1] in own else pages[0][1]
    check(before is not None or pages[0][1]["sequence"] == 1, "the page before the month is missing")
    check(len(own) + bool(before) == len(pages), "there are pages of another month")
    span = (own[0]["sequence"], own[-1]["sequence"]) if own else (None, None)
    check(tuple(statement["pages"][name] for name in ("first", "last")) == span, f"the month's pages are {span}")
    check(pages[-1][0] == statement["chain"], "the statement's chain is not the hash of its last page")
    check(anchor is None or anchor in [page[0] for page in pages], "no page has the hash that you kept")
    opening, held = held_after(before), held_after(before)
    for page in own:
        book(page, held, sums)
    closing = {place: amount for place, amount in held.items() if amount}
    compare("in all", statement, whole(opening), sums.get("", {}), whole(closing), currency)
    owed, due = statement["overdraft"], closing.get("overdraft", 0)
    check(Decimal(owed["amount"]) * MICROS == due and owed["currency"] == currency, "the overdraft is another one")
    known = {place[4:] for place in (*opening, *closing) if place.startswith("lot:")} | set(sums) - {""}
    check(sorted(lot["id"] for lot in statement["lots"]) == sorted(known), "its lots are not those of the pages")
    for lot in statement["lots"]:
        name, place = lot["id"], f"lot:{lot['id']}"
        compare(f"lot {name}", lot, opening.get(place, 0), sums.get(name, {}), closing.get(place, 0), currency)
    return f"{month}, {len(own)} pages, {len(known)} lots, closing {statement['closing']['amount']} {currency}"


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__.splitlines()[0])
    try:
        with open(sys.argv[1], encoding="ascii") as proof:
            print("holds:", verify(proof.read().splitlines(), *sys.argv[2:3]))
    except (WrongError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError, OSError) as wrong:
        print("DOES NOT HOLD:", wrong)
        sys.exit(1)
