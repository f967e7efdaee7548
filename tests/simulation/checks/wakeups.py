"""Checks that an alarm has at most one wake-up at a time: it is claimed again only after that message expired."""

from collections.abc import Mapping, Sequence

from shared.kernel.times import parse_instant
from shared.ports import Delete, Value, Write
from shared.posting.alarm import SENT_AT, WAKE_UP_LIFETIME
from tests.simulation.engine.simulation import Simulation


class Wakeups:
    """Checks the marks on alarms. An alarm that was set again meanwhile may be sent again."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._values: dict[str, Mapping[str, Value]] = {}
        sim.alarms.watchers.append(self._changed)

    def _changed(self, _shard: str, writes: Sequence[Write]) -> None:
        for write in writes:
            before = self._values.pop(write.key, {})
            if isinstance(write, Delete):
                continue
            self._values[write.key] = write.values
            if SENT_AT in before and SENT_AT in write.values:
                waited = parse_instant(str(write.values[SENT_AT])) - parse_instant(str(before[SENT_AT]))
                if abs(waited) < WAKE_UP_LIFETIME and waited.total_seconds() > -60:
                    self._sim.fail(f"9: the alarm {write.key} was sent again after {waited}")
