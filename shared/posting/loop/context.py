"""What every account's loop works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from shared.ports import Clock, Table
from shared.posting.alarm import Alarms
from shared.posting.outbox import Send


@dataclass(frozen=True, slots=True)
class LoopContext:
    """What every account's loop works with. *token* names an attempt, never twice the same."""

    table: Table
    alarms: Alarms
    clock: Clock
    grace: timedelta
    largest_charge_pause: timedelta
    send: Send
    token: Callable[[], str]
