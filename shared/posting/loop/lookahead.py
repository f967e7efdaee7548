"""Thinking ahead: the next group is decided while the storage is busy with this one.

Forming is pure, so it is simply the group that would be formed after success; when the commit fails, it is thrown away.
"""

from collections.abc import Sequence
from datetime import timedelta

from shared.ledger.book import Book
from shared.ports import Clock
from shared.posting.loop.commit import Commit
from shared.posting.loop.group import Group, Member, form

FULL = 95
"""About what one commit holds: its rows less head, page and one lot. A smaller group would better wait for its
latecomers.
"""


class Lookahead:
    """One account's next group, if it could be formed already."""

    def __init__(self, clock: Clock, looked_at: int, largest_charge_pause: timedelta) -> None:
        self._clock = clock
        self._looked_at = looked_at
        self._largest_charge_pause = largest_charge_pause
        self._commit: Commit | None = None
        self._leaving: frozenset[Member] = frozenset()
        self._group: Group | None = None

    def sent(self, group: Group, commit: Commit) -> None:
        """The storage is busy with *commit*; when it succeeds, *group*'s members leave."""
        self._commit, self._leaving = commit, frozenset(group.members())

    def answered(self) -> None:
        """The storage has answered: what waits now is decided on what it said."""
        self._commit, self._leaving = None, frozenset()

    def think(self, waiting: Sequence[Member]) -> None:
        """Form the next group as soon as enough wait for a full one."""
        if self._commit is None or self._group is not None or len(waiting) - len(self._leaving) < FULL:
            return
        staying = [member for member in waiting if member not in self._leaving][: self._looked_at]
        if not any(member.decision.wants for member in staying):
            now = max(self._clock.now(), self._commit.after.position.at)
            self._group = form(self._commit.after, staying, now=now, largest_charge_pause=self._largest_charge_pause)

    def take(self, book: Book) -> Group | None:
        """The group that was formed on this very *book*, once."""
        group, self._group = self._group, None
        return group if group is not None and group.before is book else None
