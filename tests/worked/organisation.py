"""An organisation that carries out the steps of a worked call with the real use cases."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.kernel.times import parse_instant
from shared.views.pools import list_pools
from tests.fakes.world import World
from tests.tenant import OTHER, Tenant, event, plain, report
from tests.worked.rows import RATE_CARD, call_data, fields_of, subscriptions

LONGEST = 4 * 3_600
"""Of a call that only uses a pool up: it ends before the clock's first time."""

CARD_FROM = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
SOURCE = {"source": "urn:example:sbc-1"}


class Organisation:
    """An account in the United States, with the rate card of the worked calls. The clock is at 2026-03-01, 12:00."""

    def __init__(self, world: World, tenant: Tenant) -> None:
        self.world, self.tenant = world, tenant
        self.lots: dict[str, str] = {}
        self._calls = 0

    @classmethod
    async def open(cls) -> "Organisation":
        """A new organisation in a new world."""
        world = World()
        await world.publish(RATE_CARD.read_bytes(), valid_from=CARD_FROM)
        tenant = Tenant(world)
        await tenant.open()
        return cls(world, tenant)

    async def carry_out(self, steps: str) -> None:
        """Each of *steps*, in order."""
        for step in steps.split("; ") if steps else ():
            verb, *words = step.split(" ")
            await getattr(self, f"_{verb}".replace("-", "_"))(*words)

    async def report(self, call: str, name: str = "worked") -> None:
        """The usage event of *call*, once it has ended."""
        data = call_data(call)
        ended = parse_instant(data["startedAt"]) + timedelta(seconds=data["durationSeconds"])
        self.world.clock.time = max(self.world.clock.time, ended)
        await report(self.world, event(name, {"account": self.tenant.account, **data}))
        await self.world.drain()

    async def pool(self, name: str, month: str) -> str:
        """Seconds used and size of a pool, such as `60 of 3600`; *name* is such as `MCOPSTN8 domestic GB ann`."""
        reply: Any = (await self.tenant.request(list_pools, query={"month": month})).value
        for each in reply["items"]:
            parts = (each["capability"], each["destinations"], each["usageLocation"], each["user"])
            if " ".join(part for part in parts if part) == name:
                return f"{each['usedSeconds']} of {each['sizeSeconds']}"
        return "no such pool"

    async def paid(self, booked: dict[str, Any]) -> dict[str, Decimal]:
        """What each lot, overdraft and accrued usage paid for a movement; those that paid nothing are left out."""
        names = {lot["id"]: lot["reference"] for lot in await self.tenant.lots()}
        parts = {names[part["lot"]]: -Decimal(plain(part["amount"])) for part in booked["lots"]}
        parts |= {place: Decimal(plain(booked[place])) for place in ("overdraft", "accrued")}
        return {place: amount for place, amount in parts.items() if amount}

    # --- steps

    async def _lot(self, name: str, amount: str, *fields: str) -> None:
        await self.tenant.grant(amount, name, **fields_of(list(fields)))
        self.world.clock.forward(seconds=1)  # lots have an order

    async def _with(self, *names: str) -> None:
        known = subscriptions()
        await self.tenant.set_subscriptions(*(known[name] for name in names))

    async def _licence(self, user: str, plan: str = "", location: str = "") -> None:
        facts = {"plan": plan, "usageLocation": location}
        await self.tenant.assign(user, **{name: value for name, value in facts.items() if value})

    async def _unlicence(self, user: str) -> None:
        await self.tenant.unassign(user)

    async def _number(self, number: str, kind: str, use: str) -> None:
        await self.tenant.register_number(number, kind, use)

    async def _foreign(self, number: str) -> None:
        other = Tenant(self.world, OTHER)
        await other.open()
        await other.register_number(number)

    async def _used(self, seconds: str, called: str, *fields: str) -> None:
        left = int(seconds)
        while left:
            part = min(left, LONGEST)
            await self._call(called, str(part), "startedAt=2026-03-01T00:00:00Z", *fields)
            left -= part

    async def _call(self, *words: str) -> None:
        self._calls += 1
        await self.report(" ".join(words), f"before-{self._calls}")

    async def _clock(self, instant: str) -> None:
        target = parse_instant(instant)
        await self.world.tick(seconds=(target - self.world.clock.time).total_seconds())

    async def _rate(self, valid_from: str, prefix: str, per_minute: str) -> None:
        rows = [row.split(",") for row in RATE_CARD.read_text().splitlines()]
        changed = [[*row[:4], per_minute, *row[5:]] if row[0] == prefix else row for row in rows]
        text = "\n".join(",".join(row) for row in changed)
        await self.world.publish(text.encode(), valid_from=parse_instant(valid_from))

    async def _hold(self, wanted: str, called: str, *fields: str) -> None:
        question = {"called": called, "wantedSeconds": int(wanted), **fields_of(list(fields))}
        answer = await self.tenant.authorise(question.pop("leg"), **question)
        assert answer["allowed"], answer

    async def _extend(self, wanted: str, leg: str) -> None:
        answer = await self.tenant.extend(leg.removeprefix("leg="), wantedSeconds=int(wanted))
        assert answer["allowed"], answer

    async def _release(self, leg: str) -> None:
        await self.tenant.release(leg.removeprefix("leg="))
