"""A scenario with every kind of row, and its rows, which tests audit or falsify one by one."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from shared.audit.finding import Finding
from shared.kernel.times import instant_text
from shared.ports import Row
from shared.posting.journal.pages import page_hash, page_of, page_values
from shared.posting.journal.rows import SLOT
from shared.use_cases.accounts.audit_accounts import audit_accounts
from tests.tenant import BOSTON, LEEDS, OTHER, Tenant, call, report, usd
from tests.use_cases.subscribed import license_user, subscribe

VISA = "pm_card_visa"
ANN = {"address": "ann@example.com", "roles": ["billing"]}
NO_RATE = {"called": "+861012345678"}


async def full_scenario(tenant: Tenant) -> None:
    """Two months in which everything happens that can happen to an account."""
    world = tenant.world
    await tenant.set_administrators(ANN)
    await tenant.store_card(VISA)
    await tenant.grant("5", "PO-1", priority=90)
    await tenant.grant("3", "PROMO", kind="promotional")
    await tenant.buy("50", key="buy-1")
    world.payments.next_outcome("lost_card")
    await tenant.buy("60", key="buy-2", paymentMethod=VISA)
    await tenant.buy("70", key="buy-3", paymentMethod="pm_card_authenticationRequired")
    await world.tick(minutes=2)
    await report(world, [call(f"a{number}", called=BOSTON, seconds=600) for number in range(4)], b"junk")
    await report(world, call("a0", called=BOSTON, seconds=60), call("unpriced", **NO_RATE), call("x", account=OTHER))
    conflict = next(item for item in await tenant.suspended() if item["reason"] == "conflict")
    await tenant.accept(conflict["id"])
    world.payments.next_outcome("insufficient_funds")
    await tenant.set_auto_recharge(trigger=usd("20"))
    await report(world, [call(f"b{number}", called=BOSTON, seconds=1_200) for number in range(8)])
    await world.drain()
    await world.tick(hours=1)
    await tenant.grant("7", "PO-2", expiresAt="2026-03-20T00:00:00Z")
    for _ in range(8):
        await world.tick(days=5)
    await report(world, call("last", called=LEEDS, startedAt="2026-04-01T12:00:00Z"))
    await tenant.buy("55", key="buy-4", paymentMethod="pm_card_authenticationRequired")
    await world.tick(minutes=3)
    await calls_in_progress(tenant)


async def calls_in_progress(tenant: Tenant) -> None:
    """Calls with and without a pool: settled, extended, released, and still open at the end."""
    began = instant_text(tenant.world.clock.now())
    pooled = {"called": BOSTON, "capability": "MCOPSTN8"}
    await subscribe(tenant)
    await license_user(tenant)
    await tenant.grant("9", "PO-3")
    await tenant.authorise("settled", **pooled, wantedSeconds=60)
    await report(tenant.world, call("pooled", leg="settled", startedAt=began, **pooled))
    await tenant.authorise("released", wantedSeconds=60)
    await tenant.extend("released", wantedSeconds=60)
    await tenant.release("released")
    await tenant.authorise("open with pins", wantedSeconds=3600)
    await tenant.authorise("open with a pool", **pooled, wantedSeconds=3600)


class Books:
    """Reads and falsifies the stored rows of one account."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant, self.world, self.account = tenant, tenant.world, tenant.account

    @property
    def rows(self) -> dict[str, Row]:
        return self.world.ledger.partitions[self.account]

    def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.rows if key.startswith(prefix))

    def change(self, key: str, **values: Any) -> str:
        """Change values of a row, but not its ETag."""
        row = self.rows[key]
        self.rows[key] = Row(key, row.etag, {**row.values, **values})
        return key

    def raise_by_one(self, key: str, name: str) -> str:
        return self.change(key, **{name: int(self.rows[key].values[name]) + 1})

    def drop(self, key: str) -> str:
        del self.rows[key]
        return key

    def copy(self, key: str, to: str) -> str:
        self.rows[to] = Row(to, "copied", self.rows[key].values)
        return to

    # --- pages

    @property
    def last(self) -> int:
        return int(self.rows["a:head"].values["sequence"])

    def facts(self, sequence: int) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(json.dumps(page_of(self.rows[page_key(sequence)]).facts))
        return facts

    def page_with(self, matches: Callable[[dict[str, Any]], object]) -> int:
        """The first page that matches, except the last page."""
        return next(sequence for sequence in range(2, self.last) if matches(self.facts(sequence)))

    def page_of_kind(self, kind: str) -> int:
        return self.page_with(lambda facts: any(movement["kind"] == kind for movement in facts["movements"]))

    def write(self, sequence: int, facts: dict[str, Any], *, keeps_hash: bool) -> str:
        """Replace the facts of a page; keep the row's hash, or recompute it."""
        key, before = page_key(sequence), page_of(self.rows[page_key(sequence)])
        values = page_values(json.dumps(facts, separators=(",", ":")), before.at)
        self.rows[key] = Row(key, "forged", {**values, **({"hash": before.hash} if keeps_hash else {})})
        return key

    def forge(self, sequence: int, change: Callable[[dict[str, Any]], None]) -> str:
        """Change a page and recompute all later hashes, the head's included, so that only its meaning is wrong."""
        facts = self.facts(sequence)
        change(facts)
        self.write(sequence, facts, keeps_hash=False)
        for number in range(sequence + 1, self.last + 1):
            later = self.facts(number)
            later["previous"] = page_of(self.rows[page_key(number - 1)]).hash
            self.write(number, later, keeps_hash=False)
        self.change("a:head", chain=page_of(self.rows[page_key(self.last)]).hash)
        return f"page {sequence}"

    async def audit(self) -> Iterable[Finding]:
        return await audit_accounts(self.world.services)


def page_key(sequence: int) -> str:
    return f"j:{sequence:012d}"


def hash_of(facts: dict[str, Any]) -> str:
    return page_hash(json.dumps(facts, separators=(",", ":")))


def slot_text(text: str, **values: Any) -> str:
    """A head's slot with changed values."""
    return SLOT.dump_json(SLOT.validate_python({**json.loads(text), **values})).decode()
