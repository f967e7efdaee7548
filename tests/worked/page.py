"""The page docs/worked-calls.md, from the worked calls. `python -m tests.worked.page` writes it."""

import csv
from pathlib import Path

from tests.worked.rows import RATE_CARD, SUBSCRIPTIONS, WorkedCall, worked_calls

PAGE = Path(__file__).parents[2] / "docs" / "worked-calls.md"

INTRODUCTION = """# Worked calls

What a call costs, and who pays for it, in {count} examples that can be checked with a pencil. Each line is a row of
[tests/worked_calls.csv](../tests/worked_calls.csv), and a test that sends the call to the service
([tests/use_cases/test_worked_calls.py](../tests/use_cases/test_worked_calls.py)). `python -m tests.worked.page` writes
this page.

The account is in the United States and pays in US dollars. Its clock is at 2026-03-01, 12:00 UTC. Unless a line says
otherwise, a user called ann makes the call at 12:30. The price is `fee + per minute * billed seconds / 60`, rounded
once, half up, to the sixth place.

## The rate card

In force since 2026-01-01. Prices are in US dollars a minute; minimum and increment are in seconds.

{card}

## The subscriptions

{subscriptions}

*Minutes* are those of all its licences in a month.

## The steps

What happens before the call is written as steps:

| step | what happens |
|---|---|
| `lot A 0.50` | credit of 0.50 is granted, with the reference A and the fields that are named |
| `with US-1` | the account has these subscriptions |
| `licence ann MCOPSTN1 US` | ann is given the Communications Credits licence, with her plan and usage location |
| `unlicence ann` | the licence is removed |
| `number +18005550100 tollFree callQueue` | the account registers a service number |
| `foreign +18005550100` | another account registers it as toll-free |
| `used 179990 +12125550100` | earlier calls to this number have used so many seconds |
| `rate 2026-03-01T12:31:00Z 1 1.20` | a rate card with another price for a prefix, in force from then on |
| `hold 60 +12125550100 leg=L` | the call is authorised, and 60 seconds are held |
| `extend 60 leg=L`, `release leg=L` | its hold is extended or released |
| `clock 2026-03-08T11:00:00Z` | time passes, and everything that is due happens |
| `correct 5` | the call is reported again with 5 seconds, and an operator accepts it as a correction |

A call is written as the called number, the seconds and the fields of its event; `user=-` is a call without a user.

## The calls

*Free* are the billed seconds that a pool or an included destination paid, *billed* those that credit paid. *Paid from*
says which lot paid how much; the rest is overdraft, or usage that is billed later.
"""


def page() -> str:
    """The page's text."""
    rows = worked_calls()
    introduction = INTRODUCTION.format(count=len(rows), card=_card(), subscriptions=_subscriptions())
    titles = ("case", "before", "call", "kind", "free", "billed", "cost", "paid from", "pool afterwards")
    return introduction + "\n" + _table(titles, [_line(row) for row in rows]) + "\n"


def _line(row: WorkedCall) -> tuple[str, ...]:
    steps = [f"`{step}`" for step in row.before.split("; ") if step]
    call = "; ".join(f"`{step}`" for step in (row.call, row.after) if step)
    if not row.is_booked:
        return row.case, "; ".join(steps), call, f"in suspense: `{row.result}`", "", "", "", "", ""
    noted = [row.kind, *([row.result] if row.result != "debit" else []), *row.flags.split()]
    cost = row.cost if row.sum == row.cost else f"`{row.sum}` = {row.cost}"
    return row.case, "; ".join(steps), call, ", ".join(noted), row.free, row.billed, cost, row.paid, row.pool


def _card() -> str:
    with RATE_CARD.open(newline="") as file:
        titles, *rows = csv.reader(file)
    return _table(titles, rows)


def _subscriptions() -> str:
    with SUBSCRIPTIONS.open(newline="") as file:
        titles, *rows = csv.reader(file)
    return _table(titles, rows)


def _table(titles: list[str] | tuple[str, ...], rows: list[tuple[str, ...]] | list[list[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
