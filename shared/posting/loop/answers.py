"""Answers to the callers after a round. Functions that answer return the members that they have answered."""

from collections.abc import Iterable, Mapping

from shared.ledger.book import Book
from shared.posting.decision import Answer, Conflict, Duplicate, Event, FurtherEventSettled, Marker, Posted, Unchanged
from shared.posting.journal.keys import movement_id
from shared.posting.loop.commit import Commit
from shared.posting.loop.group import Group, Member


def answer_all(members: Iterable[Member], answer: Answer) -> list[Member]:
    """Answer each member with *answer*; cancelled callers are skipped."""
    answered = list(members)
    for member in answered:
        if not member.answer.done():
            member.answer.set_result(answer)
    return answered


def fail(members: Iterable[Member], error: Exception) -> list[Member]:
    """Raise *error* in each member's caller; cancelled callers are skipped."""
    failed = list(members)
    for member in failed:
        if not member.answer.done():
            member.answer.set_exception(error)
    return failed


def fail_broken(group: Group) -> list[Member]:
    """Raise the exception of a member's own decision in its caller. The rest of the group is unaffected."""
    for member, bug in group.broken:
        fail([member], bug)
    return [member for member, _ in group.broken]


def answer_declined(group: Group) -> list[Member]:
    """Answer the declined members: with the refusal, or with `Unchanged` where nothing was to be done."""
    for member, refusal in group.declined:
        answer_all([member], refusal or Unchanged(group.book))
    return [member for member, _ in group.declined]


def answer_touched(group: Group, book: Book) -> list[Member]:
    """Answer all members of a group for which only the head was written; *book* is the account after that."""
    unchanged = answer_all(group.writers(), Unchanged(book))
    return [*unchanged, *answer_declined(group), *fail_broken(group)]


def answers_after_commit(group: Group, commit: Commit) -> list[tuple[Member, Answer]]:
    """The answers of a committed group: to its members, to refusals that rested on them, to duplicates within it."""
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
    markers = {marker.event.key: marker for marker in group.markers}
    for member in group.followers:
        own = member.decision.event
        if own is not None and own.key in markers:
            answers.append((member, _duplicate_or_conflict(own, markers[own.key])))
    return answers


def answer_settled(members: Iterable[Member], found: Mapping[str, Marker]) -> list[Member]:
    """Answer the members whose event, or one of whose further events, was settled before: *found* has the markers."""
    answered = []
    for member in members:
        own = member.decision.event
        if own is not None and own.key in found:
            answered += answer_all([member], _duplicate_or_conflict(own, found[own.key]))
            continue
        settled = [found[event.key] for event in member.decision.all_events if event.key in found]
        if settled:
            answered += answer_all([member], FurtherEventSettled(settled[0]))
    return answered


def _duplicate_or_conflict(event: Event, marker: Marker) -> Answer:
    return Duplicate(marker) if event.is_settled_by(marker) else Conflict(marker)
