"""The dependencies of every account's loop."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from shared.ports import Clock, Table
from shared.posting.alarm import Alarms
from shared.posting.loop.event_loop import TURNS
from shared.posting.outbox import Record, Send
from shared.recharge.rules import RechargeRules


@dataclass(frozen=True, slots=True)
class LoopContext:
    """The dependencies of every account's loop. *token* makes a unique name for each attempt. *turns*: of the event
    loop, in which the client of *table* sends a request.
    """

    table: Table
    alarms: Alarms
    clock: Clock
    grace: timedelta
    recharge_rules: RechargeRules
    send: Send
    record: Record
    token: Callable[[], str]
    turns: int = TURNS
