"""Assigning and removing the Communications Credits licence, with dates (R16)."""

from dataclasses import replace
from datetime import datetime

from shared.ledger.entitlements import Assignment, Licence

ASSIGNMENTS_MAX = 100
"""Assignments of one user that are kept. They are stored in one property; the oldest ones are dropped."""


def current(licence: Licence) -> Assignment | None:
    """The assignment that has not ended."""
    last = licence.assignments[-1] if licence.assignments else None
    return last if last is not None and last.until is None else None


def is_continued(licence: Licence) -> bool:
    """Whether the current assignment followed another one without a break: the licence was changed, not assigned."""
    before = licence.assignments[-2:-1]
    return current(licence) is not None and bool(before) and before[0].until == licence.assignments[-1].from_


def assigned(licence: Licence, plan: str, usage_location: str, *, now: datetime) -> Licence:
    """The licence assigned from *now* on; the same licence if it is assigned with the same content already."""
    known = current(licence)
    if known is not None and (known.plan, known.usage_location) == (plan, usage_location):
        return licence
    ended = removed(licence, now=now).assignments
    begun = max([now, *(each.until for each in ended[-1:] if each.until)])
    return replace(licence, assignments=(*ended, Assignment(begun, None, plan, usage_location))[-ASSIGNMENTS_MAX:])


def removed(licence: Licence, *, now: datetime) -> Licence:
    """The licence that ends at *now*; the same licence if it is not assigned. It never ends before it was
    assigned: clocks differ.
    """
    known = current(licence)
    if known is None:
        return licence
    return replace(licence, assignments=(*licence.assignments[:-1], replace(known, until=max(now, known.from_))))
