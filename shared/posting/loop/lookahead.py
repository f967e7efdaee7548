"""Lookahead: the next group is formed while the storage is busy with the current one.

Forming a group is pure, so this is exactly the group that would be formed after a success. If the commit fails, it is
thrown away.
"""

from collections.abc import Sequence

from shared.ledger.book import Book
from shared.ports import Clock
from shared.posting.journal.needed_rows import missing
from shared.posting.loop.commit import Commit
from shared.posting.loop.group import Group, Member, form_group
from shared.recharge.rules import RechargeRules

DECISIONS_PER_ROUND_MAX = 200
"""Waiting decisions that one round takes: twice what a commit holds, because some are duplicates or refused."""

FULL = 94
"""About what one commit holds: its rows without head, page, one lot and the habit. A smaller group is not formed ahead,
because decisions that arrive later can still join it.
"""


class Lookahead:
    """One account's next group, if it has been formed already."""

    def __init__(self, clock: Clock, decisions_max: int, recharge_rules: RechargeRules) -> None:
        self._clock = clock
        self._decisions_max = decisions_max
        self._recharge_rules = recharge_rules
        self._commit: Commit | None = None
        self._committing: frozenset[Member] = frozenset()
        self._group: Group | None = None

    def commit_sent(self, waiting: Sequence[Member], one_by_one: int, group: Group, commit: Commit) -> None:
        """*commit* has been sent to the storage: form the next group of those in *waiting* that are not in *group*
        meanwhile, unless members are committed one by one.
        """
        if not one_by_one:
            self._commit, self._committing = commit, frozenset(group.members())
            self.form_next(waiting)

    def commit_ended(self) -> None:
        """The outcome of the commit is known: no group is formed ahead until the next commit is sent."""
        self._commit, self._committing = None, frozenset()

    def form_next(self, waiting: Sequence[Member]) -> None:
        """Form the next group as soon as enough decisions wait for a full one."""
        if self._commit is None or self._group is not None or len(waiting) - len(self._committing) < FULL:
            return
        members = [member for member in waiting if member not in self._committing][: self._decisions_max]
        decisions = [member.decision for member in members]
        if any(decision.closed_lots or decision.closed_refunds for decision in decisions) or missing(
            self._commit.after, decisions
        ):
            return
        now = max(self._clock.now(), self._commit.after.position.at)
        self._group = form_group(self._commit.after, members, now=now, recharge_rules=self._recharge_rules)

    def take(self, book: Book) -> Group | None:
        """The group that was formed on this same *book*, if there is one; it is returned once."""
        group, self._group = self._group, None
        return group if group is not None and group.before is book else None
