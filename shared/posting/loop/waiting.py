"""The members that wait for an answer, in the order in which they arrived."""

from collections.abc import Iterable

from shared.posting.loop import answers
from shared.posting.loop.group import Member


class Waiting(list[Member]):
    """A list of members that have no answer yet."""

    def remove_all(self, members: Iterable[Member]) -> None:
        """Remove *members*, which are answered."""
        removed = set(map(id, members))
        self[:] = [member for member in self if id(member) not in removed]

    def end_all(self, error: Exception) -> None:
        """Raise *error* in every caller, and remove all."""
        members = list(self)
        self.clear()
        answers.fail(members, error)
