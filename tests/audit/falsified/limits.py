"""More or larger rows than a commit can contain (invariant 11)."""

import json
from typing import Any

from shared.audit.finding import Invariant
from shared.audit.limits import LATE_LOTS_MAX
from shared.ledger.book import OPEN_LOTS_MAX
from shared.ledger.settings import CARDS_MAX
from shared.notices.administrators import ADMINISTRATORS_MAX
from tests.audit.books import Books
from tests.audit.falsified.kinds import kind

FALSIFIED, breaks = kind()


@breaks(Invariant.LIMIT)
def more_lots_than_a_commit_can_close(books: Books) -> str:
    return _many(books, "a:lot:", OPEN_LOTS_MAX + LATE_LOTS_MAX + 1)


@breaks(Invariant.LIMIT)
def more_open_purchases_than_there_may_be(books: Books) -> str:
    row = books.rows[books.keys("a:intent:")[0]]
    intent = json.loads(str(row.values["intent"]))
    for number in range(OPEN_LOTS_MAX + 1):
        key = books.copy(books.keys("a:intent:")[0], f"a:intent:20260301120000000000-{number:010d}")
        books.change(key, intent=json.dumps({**intent, "id": key.removeprefix("a:intent:")}))
    return "a:head"


@breaks(Invariant.LIMIT)
def more_cards_than_there_may_be(books: Books) -> str:
    return _settings(books, "cards", CARDS_MAX + 1)


@breaks(Invariant.LIMIT)
def more_administrators_than_there_may_be(books: Books) -> str:
    return _settings(books, "administrators", ADMINISTRATORS_MAX + 1)


@breaks(Invariant.LIMIT)
def settings_that_are_too_long_for_a_property(books: Books) -> str:
    settings = json.loads(str(books.rows["a:settings"].values["settings"]))
    return books.change("a:settings", settings=json.dumps({**settings, "customer": "x" * 32_000}))


def _many(books: Books, prefix: str, count: int) -> str:
    for number in range(count):
        books.copy(books.keys(prefix)[0], f"{prefix}20260301120000000000-{number:010d}")
    return "a:head"


def _settings(books: Books, what: str, count: int) -> str:
    settings: dict[str, Any] = json.loads(str(books.rows["a:settings"].values["settings"]))
    settings[what] = settings[what][:1] * count
    return books.change("a:settings", settings=json.dumps(settings))
