"""Holds and pools: after every transaction their pins add up; finally, each hold has ended once, as it was answered."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.times import parse_instant
from shared.ports import Row, Value, Write
from shared.posting.journal.keys import CLOSED_LOT, HEAD, OPEN_HOLD, OPEN_LOT, POOL, page_key
from shared.posting.journal.pages import Page, page_of
from tests.fakes import world
from tests.simulation.checks.books import Books
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import Sent
from tests.simulation.scenarios.telephony import Asked

Facts = Mapping[str, Any]


class Holds:
    """Checks every transaction of an account's book. The lots are remembered as they were before it."""

    def __init__(self, sim: Simulation) -> None:
        self._sim = sim
        self._pinned: dict[str, dict[str, list[list[Any]]]] = {}
        self._free: dict[str, dict[str, int]] = {}
        sim.ledger.watchers.append(self._committed)

    def _committed(self, partition: str, writes: Sequence[Write]) -> None:
        if len(writes) == 1 or not any(write.key == HEAD for write in writes):
            return
        rows = self._sim.ledger.partition(partition)
        holds = [json.loads(str(row.values["hold"])) for key, row in rows.items() if key.startswith(OPEN_HOLD)]
        page = page_of(rows[page_key(int(rows[HEAD].values["sequence"]))])
        for words in (
            *_sums(rows, holds),
            *self._new_pins(partition, rows, page),
            *self._given_back(partition, rows, page),
            *_lapses(rows, page),
        ):
            self._sim.fail(words)
        self._pinned[partition] = {hold["key"]: hold["pins"] for hold in holds}
        self._free[partition] = {lot: _free(values) for lot, values in _open_lots(rows).items()}

    def _given_back(self, partition: str, rows: Mapping[str, Row], page: Page) -> Iterator[str]:
        """What a hold gives back to a lot that has lapsed meanwhile, lapses in the same commit."""
        before, lots = self._free.get(partition, {}), _open_lots(rows)
        for _, key, _how in page.facts.get("ended", ()):
            for lot, _ in self._pinned.get(partition, {}).get(key, ()):
                if lot in lots and _has_lapsed(lots[lot], page.at) and _free(lots[lot]) > before.get(lot, 0):
                    yield f"8: what hold {key} gave back to the lapsed lot {lot} stays in it"

    def _new_pins(self, partition: str, rows: Mapping[str, Row], page: Page) -> Iterator[str]:
        """A hold is fully pinned, on lots that were unexpired when it was opened or extended and may pay for it. It may
        have pinned more than it needs now, because an extension found more seconds in the pool.
        """
        before = self._pinned.get(partition, {})
        for _, hold in page.facts.get("holds", ()):
            if sum(amount for _, amount in hold["pins"]) < hold["amount"]:
                yield f"7: the hold of {hold['leg']} has not pinned its amount"
            had = dict(map(tuple, before.get(hold["key"], ())))
            for lot, amount in hold["pins"]:
                values = next((rows[key].values for key in (OPEN_LOT + lot, CLOSED_LOT + lot) if key in rows), None)
                if values is None or amount <= had.get(lot, 0):
                    continue
                if parse_instant(str(values["expiresAt"])) <= page.at:
                    yield f"8: the hold of {hold['leg']} has pinned an expired lot"
                if "scope" in values and hold["call_kind"] not in str(values["scope"]).split(","):
                    yield f"8: the hold of {hold['leg']} has pinned a lot for calls of another kind"


def _open_lots(rows: Mapping[str, Row]) -> dict[str, Mapping[str, Value]]:
    return {key.removeprefix(OPEN_LOT): row.values for key, row in rows.items() if key.startswith(OPEN_LOT)}


def _free(values: Mapping[str, Value]) -> int:
    return int(values["remaining"]) - int(values["pinned"])


def _has_lapsed(values: Mapping[str, Value], at: datetime) -> bool:
    return parse_instant(str(values["expiresAt"])) + timedelta(hours=world.GRACE_HOURS) <= at


def _lapses(rows: Mapping[str, Row], page: Page) -> Iterator[str]:
    """Credit lapses only after its expiry and the grace."""
    for movement in page.facts["movements"]:
        for source, target, _ in movement["entries"]:
            lot = source.removeprefix("lot:")
            key = next((key for key in (OPEN_LOT + lot, CLOSED_LOT + lot) if key in rows), "")
            if target == "breakage" and not (key and _has_lapsed(rows[key].values, page.at)):
                yield f"8: {lot} lapsed too early"


def _sums(rows: Mapping[str, Row], holds: Sequence[Facts]) -> Iterator[str]:
    """The pins of the open holds are the pinned parts of lots and pools, and the held amount of the head."""
    lots = _open_lots(rows)
    pinned: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for hold in holds:
        seconds[hold["pool"]] += hold["pool_seconds"]
        for lot, amount in hold["pins"]:
            pinned[lot] += amount
    if rows[HEAD].values["held"] != pinned.total():
        yield f"2: {rows[HEAD].values['held']} is held, and holds have pinned {pinned.total()}"
    if +pinned != +Counter({lot: int(values["pinned"]) for lot, values in lots.items()}):
        yield "7: the pins of the holds are not the pinned parts of the lots"
    pools = {key.removeprefix(POOL): row.values for key, row in rows.items() if key.startswith(POOL)}
    if +seconds != +Counter({pool: int(values["pinned"]) for pool, values in pools.items()}):
        yield "12: the seconds that holds have pinned are not those of the pools"


def ends(books: Books) -> Iterator[str]:
    """Every hold was opened once, is never changed after its end, and has ended once, if by time not too early."""
    for account, pages in books.pages.items():
        opened: dict[str, Facts] = {}
        ended: set[str] = set()
        for page in pages:
            for _, hold in page.facts.get("holds", ()):
                if hold["key"] in ended:
                    yield f"7: the hold of {hold['leg']} was opened again after its end"
                opened[hold["key"]] = hold
            for _, key, how in page.facts.get("ended", ()):
                if key in ended or key not in opened:
                    yield f"7: hold {key} ended twice, or was never opened"
                elif how == "timedOut" and parse_instant(opened[key]["until"]) > page.at:
                    yield f"7: the hold of {opened[key]['leg']} timed out too early"
                ended.add(key)
        for key in opened.keys() - ended:
            yield f"7: the hold of {opened[key]['leg']} in {account} never ended"


def answers(books: Books, asked: Sequence[Asked]) -> Iterator[str]:
    """Every "yes" is backed by a hold for its seconds; after an answered release there is none."""
    granted = {
        (hold["leg"], hold["seconds"])
        for pages in books.pages.values()
        for page in pages
        for _, hold in page.facts.get("holds", ())
    }
    released: dict[str, datetime] = {}
    for each in asked:
        if each.verb == "release":
            released.setdefault(each.leg, each.answered_at)
        if each.is_held and (each.leg, each.answer["maxSeconds"]) not in granted:
            yield f"7: {each.leg} was allowed {each.answer['maxSeconds']} s, for which there is no hold"
    for each in asked:
        if each.answer.get("allowed") and each.asked_at > released.get(each.leg, each.asked_at):
            yield f"7: {each.leg} was allowed after its release"


def reports(books: Books, sent: Sequence[Sent]) -> Iterator[str]:
    """A leg is not authorised after its usage was booked, once the account has authorised any call at all."""
    legs = {(each.account, each.id): each.named.data["leg"] for each in sent if "leg" in each.named.data}
    for account, pages in books.pages.items():
        reported: set[str] = set()
        authorises = False
        for page in pages:
            for _, hold in page.facts.get("holds", ()):
                if hold["leg"] in reported:
                    yield f"7: {hold['leg']} was authorised after its usage"
            names = [movement["event"][1] for movement in page.facts["movements"] if "event" in movement and authorises]
            reported |= {legs[account, name] for name in names if (account, name) in legs}
            authorises = authorises or bool(page.facts.get("holds"))


def payments(books: Books) -> Iterator[str]:
    """A call within what its hold had granted leaves no debt, and a call takes from a pool what it says."""
    for pages in books.pages.values():
        holds: dict[str, Facts] = {}
        for page in pages:
            holds |= {hold["key"]: hold for _, hold in page.facts.get("holds", ())}
            settled = {place: holds[key] for place, key, how in page.facts.get("ended", ()) if how == "settled"}
            for place, movement in enumerate(page.facts["movements"]):
                if movement["kind"] != "debit" or "event" not in movement:
                    continue
                explained, uses = movement["explanation"], movement.get("pools", ())
                if "pool" in explained and explained["freeSeconds"] != sum(seconds for _, seconds, _ in uses):
                    yield f"12: {movement['event'][1]} took {uses} from pools, and says {explained['freeSeconds']} s"
                hold = settled.get(place)
                if hold is not None and _is_covered(movement, hold):
                    yield f"7: {hold['leg']} was allowed {hold['seconds']} s, and its call left a debt"


def _is_covered(movement: Facts, hold: Facts) -> bool:
    """Whether *movement* is in debt although its *hold* had set its price aside. Another movement of the same place, or
    a call that may not use what its hold has set aside, is not covered.
    """
    explained = movement["explanation"]
    same = explained["callKind"] == hold["call_kind"] and explained["perMinute"] == hold["rate"]["per_minute"]
    same_pool = hold["pool"] == explained.get("pool", "") or not hold["pool_seconds"]
    within = explained["billedSeconds"] + explained["freeSeconds"] <= hold["seconds"]
    return same and same_pool and within and any(source == "overdraft" for source, *_ in movement["entries"])


def pools(books: Books, size_max: int) -> Iterator[str]:
    """Finally nothing is pinned, and every pool has lost what its calls took, at most its largest size."""
    for account, pages in books.pages.items():
        used: Counter[str] = Counter()
        for page in pages:
            for movement in page.facts["movements"]:
                for pool, seconds, _ in movement.get("pools", ()):
                    used[pool] += seconds
        stored = books.stored_pools(account)
        if +used != +Counter({key: int(values["used"]) for key, values in stored.items()}):
            yield f"12: the pools of {account} are not what its calls took"
        for key, values in stored.items():
            if values["pinned"] or int(values["used"]) > size_max:
                yield f"12: pool {key} has {values['pinned']} s pinned and {values['used']} s of {size_max} used"
