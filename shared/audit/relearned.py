"""The habit, learned again from an account's pages: what its calls were is in them, the habit itself is not (R28)."""

from collections.abc import Iterable
from dataclasses import replace

from shared.brake.learn import forgotten
from shared.brake.watch import watch
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.habit import UNKNOWN_HABIT, Habit
from shared.posting.journal.pages import Page, change_of
from shared.posting.journal.placed import placed_changes


def relearned(book: Book, pages: Iterable[Page]) -> Habit:
    """The habit of the account of *book* after *pages*. It may differ in small things from the one that was lost: in
    which order the members of one commit were seen is not known to the last detail.
    """
    book = replace(book, holds={}, brake=type(book.brake)(), habit=UNKNOWN_HABIT)
    for page in pages:
        change, placed = change_of(page), placed_changes(page)
        for place, movement in enumerate(change.movements):
            book = _seen(book, placed.get(place, NOTHING).then(Change(movements=(movement,))), page)
        book = _seen(book, placed.get(len(change.movements), NOTHING), page)
        if change.brake is not None:
            is_released = change.brake.released_at != book.brake.released_at
            book = replace(book, brake=change.brake, habit=forgotten(book.habit) if is_released else book.habit)
        if change.terms is not None and change.terms.closed_at is not None:
            book = replace(book, habit=UNKNOWN_HABIT)
    return book.habit


def _seen(book: Book, change: Change, page: Page) -> Book:
    """*book* with what *change* teaches, and with its open holds."""
    habit = watch(book, book, change, now=page.at).habit or book.habit
    ended = {key for key, _ in change.ended}
    opened = {**book.holds, **{hold.key: hold for hold in change.holds}}
    return replace(book, habit=habit, holds={key: hold for key, hold in opened.items() if key not in ended})
