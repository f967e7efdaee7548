"""Who is answered what, once a round is over. Every function returns the members that need wait no longer."""

from collections.abc import Iterable, Mapping

from shared.ledger.book import Book
from shared.posting.decision import Answer, Conflict, Duplicate, Event, Mark, Posted, Taken, Unchanged
from shared.posting.journal.keys import movement_id
from shared.posting.loop.commit import Commit
from shared.posting.loop.group import Group, Member


def tell(members: Iterable[Member], answer: Answer) -> list[Member]:
    """Answer each with *answer*; a caller that has gone is passed over."""
    told = list(members)
    for member in told:
        if not member.answer.done():
            member.answer.set_result(answer)
    return told


def fail(members: Iterable[Member], error: Exception) -> list[Member]:
    """End each with *error*."""
    failed = list(members)
    for member in failed:
        if not member.answer.done():
            member.answer.set_exception(error)
    return failed


def fail_broken(group: Group) -> list[Member]:
    """The members whose decision raised: a bug of theirs alone."""
    for member, bug in group.broken:
        fail([member], bug)
    return [member for member, _ in group.broken]


def decline(group: Group) -> list[Member]:
    """Tell the refused members why, and the others that nothing was to be done."""
    for member, refusal in group.declined:
        tell([member], refusal or Unchanged(group.book))
    return [member for member, _ in group.declined]


def untouched(group: Group, book: Book) -> list[Member]:
    """Tell everybody of a group that wrote nothing how it went; *book* is the account as it now stands."""
    looked = [part.member for part in group.written]
    return [*tell(looked, Unchanged(book)), *decline(group), *fail_broken(group)]


def settled(group: Group, commit: Commit) -> list[tuple[Member, Answer]]:
    """The answers of a committed group: its members, the refusals that rested on them, the duplicates inside it."""
    answers: list[tuple[Member, Answer]] = [
        (
            part.member,
            Posted(
                commit.sequence,
                tuple(
                    movement_id(commit.sequence, index)
                    for index in range(part.first_movement, part.first_movement + part.movements)
                ),
                part.change.result,
                commit.book,
            ),
        )
        for part in group.written
    ]
    answers += [(member, refusal or Unchanged(commit.book)) for member, refusal in group.declined]
    marks = {mark.event.key: mark for mark in group.marks}
    for member in group.followers:
        own = member.decision.event
        if own is not None and own.key in marks:
            answers.append((member, _seen(own, marks[own.key])))
    return answers


def marked(members: Iterable[Member], found: Mapping[str, Mark]) -> list[Member]:
    """The members whose event, or one of whose further events, was settled before."""
    leaving = []
    for member in members:
        own = member.decision.event
        if own is not None and own.key in found:
            leaving += tell([member], _seen(own, found[own.key]))
            continue
        taken = [found[event.key] for event in member.decision.also if event.key in found]
        if taken:
            leaving += tell([member], Taken(taken[0]))
    return leaving


def _seen(event: Event, mark: Mark) -> Answer:
    return Duplicate(mark) if event.is_settled_by(mark) else Conflict(mark)
