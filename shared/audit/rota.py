"""When an account is audited whole: in its own night of the rota, and whenever there is a reason to."""

from datetime import datetime, timedelta

from shared.audit.proved import Record
from shared.kernel.ids import AccountId, digest

NIGHT_MAX = timedelta(hours=36)
"""An account that was not audited for so long has missed a night."""

WHOLE_LATE = timedelta(days=2)
"""How late a whole audit may be. One failed night is made up for in the next."""


def is_whole_due(account: AccountId, record: Record | None, rota: timedelta, *, now: datetime) -> bool:
    """Whether the next audit of *account* must be whole, where every account is audited whole every *rota*.

    Its night follows from its id, not from the record: nobody postpones it by changing the record. It is also due when
    there was none within *rota*, and as long as the last audit had findings.
    """
    if record is None or record.whole is None or record.findings or record.whole > now:
        return True
    return now - record.whole >= rota or (is_in_turn(account, rota, now) and record.whole.date() != now.date())


def is_in_turn(account: AccountId, rota: timedelta, now: datetime) -> bool:
    """Whether this is the account's night of the rota."""
    return (now.toordinal() + int(digest(account)[:8], 16)) % rota.days == 0


def is_night_missed(record: Record, *, now: datetime) -> bool:
    """Whether the account was not audited in the last night."""
    return now - (record.audited or record.since) > NIGHT_MAX


def is_whole_late(record: Record, rota: timedelta, *, now: datetime) -> bool:
    """Whether the account's whole audit is overdue."""
    return now - (record.whole or record.since) > rota + WHOLE_LATE
