"""The price of calls, pools and lots by an independent calculation, written from the contract (1, 2 and 2.3)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

MICRO = Decimal("0.000001")

# direction, prefix: name, type, country, price a minute, connection fee, minimum and increment in seconds
CARD = {
    ("out", "1"): ("North America", "any", "US", "0.0133", "0", 60, 60),
    ("out", "1604"): ("Vancouver", "any", "CA", "0.02", "0.01", 1, 1),
    ("out", "254"): ("Kenya", "any", "KE", "0.31", "0", 60, 60),
    ("out", "33"): ("France", "any", "FR", "0.017", "0.05", 1, 1),
    ("out", "336"): ("France mobile", "mobile", "FR", "0.0891", "0", 30, 6),
    ("out", "44"): ("Britain", "any", "GB", "0.2", "0.2", 60, 60),
    ("out", "81"): ("Japan", "any", "JP", "0.1", "0", 0, 1),
    ("out", "8199"): ("Japan services", "Premium rate", "JP", "1.5", "0.5", 60, 60),
    ("in", "1888"): ("Toll-free", "any", "US", "0.03", "0", 60, 60),
}
FULL_FORM = "prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds,direction"
ZONE_A = {"US", "CA", "FR", "GB", "JP"}
INTERNATIONAL = {"FR", "KE", "JP", "GB"}
DOMESTIC_IN_US = {"US", "CA", "PR"}


def card_text():
    """The card as CSV."""
    lines = [f"{prefix},{','.join(map(str, rate))},{direction}" for (direction, prefix), rate in CARD.items()]
    return "\n".join([FULL_FORM, *lines])


def rate_of(direction, digits):
    """The rate of the longest prefix, or None."""
    known = [prefix for way, prefix in CARD if way == direction and digits.startswith(prefix)]
    return CARD[direction, max(known, key=len)] if known else None


def price(rate, billed):
    """The price of seconds that credit pays."""
    *_, per_minute, fee, _, _ = rate
    if not billed:
        return Decimal(0)
    return (Decimal(fee) + Decimal(per_minute) * billed / 60).quantize(MICRO, ROUND_HALF_UP)


def rounded(rate, seconds):
    """The billed seconds of a call."""
    *_, minimum, increment = rate
    return -(-max(seconds, minimum) // increment) * increment if seconds else 0


@dataclass
class Lot:
    """Credit; *order* is where it stands among the lots (priority, scope, expiry, promotional first)."""

    id: str
    left: Decimal
    scope: tuple
    order: tuple


@dataclass
class Booked:
    """What a call must be booked as."""

    kind: str
    free: int = 0
    billed: int = 0
    amount: Decimal = Decimal(0)
    parts: list = field(default_factory=list)
    overdraft: Decimal = Decimal(0)
    pool: tuple | None = None
    flags: list = field(default_factory=list)


class Organisation:
    """An organisation in the United States. *sizes*: seconds of a pool by plan and destinations, for each month."""

    def __init__(self, sizes, included, licences, licensed_since):
        self.sizes, self.included, self.licences = sizes, included, licences
        self.licensed_since = licensed_since
        self.used = {}
        self.lots = []
        self.toll_free, self.own = set(), set()
        self.overdraft = Decimal(0)

    def book(self, call):
        """The booking of one call, in the order in which calls are booked."""
        kind, rate = self._kind(call)
        if rate is None:
            return Booked(kind, free=call["durationSeconds"])
        whole = rounded(rate, call["durationSeconds"])
        pool, free = None, whole
        if not self._is_included(call):
            pool = self._pool(call, kind, rate[2])
            free = min(whole, self._left(pool))
            if free:
                self.used[pool] = self.used.get(pool, 0) + free
        amount = price(rate, whole - free)
        flagged = bool(amount) and not self._is_licensed(call)
        booked = Booked(kind, free, whole - free, amount, pool=pool if free else None)
        booked.flags = ["not_licensed"] if flagged else []
        self._pay(booked)
        return booked

    def _kind(self, call):
        if call["called"] == "911":
            return "emergency", None
        digits = call["called"].removeprefix("+")
        if call["direction"] == "in":
            registered_otherwise = digits in self.own and digits not in self.toll_free
            rate = None if registered_otherwise else rate_of("in", digits)
            return ("tollFree", rate) if rate else ("inbound", None)
        rate = rate_of("out", digits)
        if "premium" in rate[1].lower():
            return "premium", rate
        if call["service"] == "conference":
            return "conferenceDialOut", rate
        return ("domestic" if rate[2] in DOMESTIC_IN_US else "international"), rate

    def _is_included(self, call):
        return call["direction"] == "out" and call["called"].removeprefix("+").startswith(self.included)

    def _pool(self, call, kind, country):
        if kind in {"premium", "tollFree"}:
            return None
        started = datetime.fromisoformat(call["startedAt"]).astimezone(UTC)
        month = f"{started:%Y-%m}"
        if kind == "conferenceDialOut":
            return ("MCOMEETADD", "zoneA", month) if country in ZONE_A else None
        plan = call.get("capability") or self.licences.get(call["user"], "")
        wanted = "domestic" if kind == "domestic" else "international"
        reaches = wanted == "domestic" or country in INTERNATIONAL
        return (plan, wanted, month) if reaches and (plan, wanted) in self.sizes else None

    def _left(self, pool):
        return self.sizes[pool[:2]] - self.used.get(pool, 0) if pool else 0

    def _is_licensed(self, call):
        user = call.get("user")
        if not user or datetime.fromisoformat(call["startedAt"]) < self.licensed_since:
            return True
        return user in self.licences

    def _pay(self, booked):
        left = booked.amount
        for lot in sorted(self.lots, key=lambda each: each.order):
            if lot.left and left and (not lot.scope or booked.kind in lot.scope):
                part = min(lot.left, left)
                lot.left, left = lot.left - part, left - part
                booked.parts.append((lot.id, part))
        booked.overdraft = left
        self.overdraft += left
