"""Checks the cheap invariants after every transaction on the ledger and the alarms (shared/ledger/README.md)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.kernel.ids import AccountId
from shared.kernel.times import parse_instant
from shared.ledger.book import OPEN_LOTS_MAX
from shared.ports import Delete, Row, Upsert, Value, Write
from shared.posting.journal.keys import CLOSED_LOT, HEAD, MARKER, OPEN_LOT, PAGE, page_key, shard_of
from shared.posting.journal.pages import FIRST_CHAIN
from tests.simulation.engine.simulation import Simulation


@dataclass
class AccountHistory:
    """An account's last head, *values* being all its properties. *payments* are all payments that its pages have ever
    named, with their attempts; *alarms* is the number of alarms that were set for the account.
    """

    sequence: int = 0
    chain: str = FIRST_CHAIN
    at: str = ""
    payments: dict[str, int] = field(default_factory=dict)
    alarms: int = 0
    values: Mapping[str, Value] = field(default_factory=dict)


HEAD_AND_PAGE = 2
"""The writes of a commit in which nothing is decided."""


class Transactions:
    """Checks every transaction; a violation ends the run immediately, so that the event log ends at its cause."""

    def __init__(self, sim: Simulation, *, lots_max: float) -> None:
        self._sim = sim
        self._lots_max = lots_max
        self.history: dict[str, AccountHistory] = {}
        self._for_ever: dict[tuple[str, str], Row | None] = {}
        sim.ledger.watchers.append(self._committed)
        sim.alarms.watchers.append(self._alarm_changed)

    def _committed(self, partition: str, writes: Sequence[Write]) -> None:
        rows = self._sim.ledger.partition(partition)
        for write in writes:
            if write.key.startswith((PAGE, MARKER)):
                self._check_for_ever(partition, write.key, rows.get(write.key))
        if any(write.key == HEAD for write in writes):
            self._check_head(partition, self._sim.ledger.partition(partition), writes)

    def _check_for_ever(self, partition: str, key: str, row: Row | None) -> None:
        first = self._for_ever.setdefault((partition, key), row)
        if row is None or first is None or row.values != first.values:
            self._sim.fail(f"4: {key} was changed or removed")

    def _check_touch(self, partition: str, values: Mapping[str, Value], history: AccountHistory) -> None:
        """A head that is written without a page may differ only in its alarm."""
        if {**values, "nextAlarm": ""} != {**history.values, "nextAlarm": ""}:
            self._sim.fail(f"4: the head was changed without a page, from {history.values} to {values}")
        history.values = values
        self._check_alarm(partition, str(values["nextAlarm"]))

    def _check_head(self, partition: str, rows: dict[str, Row], writes: Sequence[Write]) -> None:
        values = rows[HEAD].values
        history = self.history.setdefault(partition, AccountHistory())
        fail = self._sim.fail
        if len(writes) == 1 and history.sequence:
            self._check_touch(partition, values, history)
            return
        if values["sequence"] != history.sequence + 1:
            fail(f"4: page {history.sequence} is followed by {values['sequence']}")
        page = rows.get(page_key(int(values["sequence"])))
        if page is None or page.values["hash"] != values["chain"]:
            fail(f"4: the head does not match page {values['sequence']}")
        elif f'"previous":"{history.chain}"' not in str(page.values["p0"])[:200]:
            fail(f"4: page {values['sequence']} does not contain the hash of the previous page")
        if history.at and parse_instant(str(values["at"])) < parse_instant(history.at):
            fail(f"4: time runs backwards, from {history.at} to {values['at']}")
        history.sequence, history.chain, history.at = int(values["sequence"]), str(values["chain"]), str(values["at"])
        history.values = values
        self._check_lots(rows, writes)
        self._check_alarm(partition, str(values["nextAlarm"]))
        self._note_payments(history, rows)

    def _check_lots(self, rows: dict[str, Row], writes: Sequence[Write]) -> None:
        values = rows[HEAD].values
        lots = [row.values for key, row in rows.items() if key.startswith(OPEN_LOT)]
        if values["remaining"] != sum(int(lot["remaining"]) for lot in lots):
            self._sim.fail(f"2: remaining {values['remaining']} is not the sum of the lots")
        unexpired = sum(parse_instant(str(lot["expiresAt"])) > parse_instant(str(values["at"])) for lot in lots)
        if unexpired > self._lots_max:
            self._sim.fail(f"11: {unexpired} unexpired lots are open")
        for lot in lots:
            if not 0 <= int(lot["pinned"]) <= int(lot["remaining"]) <= int(lot["original"]):
                self._sim.fail(f"2: a lot has {lot['remaining']} of {lot['original']} left")
        touched = {write.key.rpartition(":")[2] for write in writes if write.key.startswith((OPEN_LOT, CLOSED_LOT))}
        # Head and page alone: nothing was decided, only a write whose outcome was unknown is settled.
        if values["overdraft"] and len(touched) < OPEN_LOTS_MAX and len(writes) > HEAD_AND_PAGE:
            at = parse_instant(str(values["at"]))
            if any(_is_free(lot) and parse_instant(str(lot["expiresAt"])) > at for lot in lots):
                self._sim.fail("8: there is overdraft despite free unexpired funds")

    def _check_alarm(self, account: str, next_alarm: str) -> None:
        """A1: the alarm's row exists before the commit, also for a delayed commit."""
        shard = self._sim.alarms.partition(shard_of(AccountId(account)))
        if next_alarm and f"{next_alarm}|{account}" not in shard:
            self._sim.fail(f"9: a commit waits for the alarm {next_alarm}, which is not set")

    def _alarm_changed(self, _shard: str, writes: Sequence[Write]) -> None:
        for write in writes:
            instant, account = write.key.split("|")
            self.history.setdefault(account, AccountHistory()).alarms += isinstance(write, Upsert)
            head = self._sim.ledger.partition(account).get(HEAD)
            if isinstance(write, Delete) and head is not None and head.values["nextAlarm"] == instant:
                self._sim.fail(f"9: the alarm {instant} was removed while the account waits for it")

    def _note_payments(self, history: AccountHistory, rows: dict[str, Row]) -> None:
        slot = json.loads(str(rows[HEAD].values["slot"]))
        if slot["payment"]:
            history.payments[slot["payment"]] = max(slot["attempt"], history.payments.get(slot["payment"], 0))
        for key, row in rows.items():
            if key.startswith("a:intent:") and '"payment":"pi' in str(row.values["intent"]):
                history.payments.setdefault(json.loads(str(row.values["intent"]))["payment"], 1)


def _is_free(lot: Mapping[str, Value]) -> bool:
    """Whether a lot has money that no hold or refund has set aside and that may pay for everything. A disputed lot pays
    for nothing.
    """
    set_aside = int(lot["pinned"]) + int(lot.get("refunding", 0))
    is_disputed = any(claim["state"] != "won" for claim in json.loads(str(lot.get("claims", "[]"))))
    return int(lot["remaining"]) > set_aside and "scope" not in lot and not is_disputed
