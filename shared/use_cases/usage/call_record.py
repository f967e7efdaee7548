"""What the record of a booked call says (R20). It is written through the outbox of the commit that books the call."""

from dataclasses import dataclass
from datetime import datetime

from shared.ledger.call_record import CallRecord
from shared.ledger.change import EventName
from shared.ledger.debit import Charge
from shared.use_cases.usage.call import Call


@dataclass(frozen=True, slots=True)
class ReportedCall:
    """A call as it was reported: the key of its event, the event's own name, and the call."""

    key: str
    name: EventName
    call: Call


def record_of(reported: ReportedCall, charge: Charge) -> CallRecord:
    """The record of a call that is booked as *charge*. Names that pages conceal stand whole among the numbers (R27)."""
    call = reported.call
    numbers: dict[str, object] = {"calling": call.calling, "called": call.called}
    if reported.name != charge.event:
        numbers["event"] = [reported.name.source, reported.name.id]
    if call.user and call.user != charge.user:
        numbers["user"] = call.user
    facts: dict[str, object] = {
        "event": [charge.event.source, charge.event.id],
        "direction": call.direction,
        "service": call.service,
        "user": charge.user,
        "capability": charge.capability,
        "amount": charge.amount,
        "explanation": dict(charge.explanation),
    }
    return CallRecord(reported.key, charge.started_at, facts, numbers)


def gone(key: str, started_at: datetime) -> CallRecord:
    """The record under the start that a call no longer has."""
    return CallRecord(key, started_at, {}, is_gone=True)


def unwound(key: str, started_at: datetime) -> CallRecord:
    """The record of a call whose charge was taken back: nothing of it is billed or free any more."""
    return CallRecord(key, started_at, {"amount": 0, "billedSeconds": 0, "freeSeconds": 0, "isReversed": True})
