"""With any number of lots, calls, lapses, recharges and corrections succeed, or are refused with a reason."""

from shared.ledger.book import OPEN_LOTS_MAX, Funding, LotSource
from shared.ledger.change import Change, EventName
from shared.ledger.grant import Funds, grant
from shared.ledger.intent import Intent, IntentState
from shared.posting.decision import Decision, event
from tests.tenant import BOSTON, call, code_of, plain, report, usd

ANN = {"address": "ann@example.com", "roles": ["billing"]}
INHERITED = 60
"""More lots than the current limit, as an earlier release allowed."""


async def inherit(tenant, count=INHERITED):
    """Book lots of one dollar without the limit that applies to requests."""
    for number in range(count):
        origin = EventName("grant", f"inherited {number}")

        def decide(book, now, origin=origin):
            return grant(book, Funds(1_000_000, LotSource.GRANT, Funding.PAID, origin, now), now=now)

        decision = Decision(decide, event("inherited", str(number), content=""))
        await tenant.world.services.ledger.post(tenant.account, decision)


async def lots_open(tenant):
    return sum(lot["state"] == "open" for lot in await tenant.lots())


def seconds_of(dollars):
    """The seconds of a call to Boston with this cost."""
    return round((dollars - 0.10) * 120)


async def test_a_call_that_spends_more_lots_than_a_commit_can_close_is_booked_once_and_paid_at_once(world, tenant):
    await inherit(tenant)
    await report(world, call("large", called=BOSTON, seconds=seconds_of(55)))
    assert (await tenant.booked("debit"))[0] == ("debit", "-55")
    await report(world, call("next", called=BOSTON, seconds=0))
    assert (await tenant.amounts())["overdraft"] == "0"
    assert (await tenant.balance(), await lots_open(tenant)) == ("5", 5)
    assert await world.audit() == []


async def test_the_alarm_settles_the_rest_without_further_calls(world, tenant):
    await inherit(tenant)
    await report(world, call("large", called=BOSTON, seconds=seconds_of(55)))
    assert (await tenant.amounts())["overdraft"] == "15"
    await world.tick(seconds=1)
    assert (await tenant.amounts())["overdraft"] == "0"
    [large, settled] = await tenant.movements(kind="debit")
    assert (plain(settled["amount"]), settled["event"], len(settled["lots"])) == ("0", None, 15)
    assert (plain(large["overdraft"]), len(large["lots"])) == ("15", OPEN_LOTS_MAX)
    assert await world.audit() == []


async def test_sixty_lots_lapse_and_the_outbox_is_sent(world, tenant):
    await tenant.set_administrators(ANN)
    await inherit(tenant)
    for _ in range(6):
        await world.tick(days=380 / 6)
    for _ in range(INHERITED // 20):
        await world.tick(minutes=1)
    assert len(await tenant.booked("expiry")) == INHERITED
    *earlier, zero = [email.subject for email in world.mail.emails]
    assert "balance is zero" in zero
    assert sum("will expire unused" in subject for subject in earlier) == 1  # of all lots together
    await world.tick(minutes=2)
    assert await world.audit() == []


async def open_purchases(tenant, count):
    """Purchases that began before the account had so many lots; none has a payment yet."""
    now = tenant.world.clock.now()
    begun = Change(intents=tuple(Intent(str(n), IntentState.PROCESSING, 1, "visa", now, now) for n in range(count)))
    await tenant.world.services.ledger.post(tenant.account, Decision(lambda _book, _now: begun))


async def test_a_late_catch_up_does_as_much_as_fits_into_a_commit(world, tenant):
    await inherit(tenant, 100)
    await open_purchases(tenant, OPEN_LOTS_MAX)
    await report(world, call("large", called=BOSTON, seconds=seconds_of(95)))
    assert (await tenant.amounts())["overdraft"] == "55"
    await world.tick(hours=24)  # no timer came for a day
    for _ in range(24):
        await world.tick(hours=1)
    assert (await tenant.amounts())["overdraft"] == "0"
    assert (await world.services.book(tenant.account)).intents == {}
    assert await world.audit() == []


async def test_the_audit_names_an_account_with_more_lots_than_a_commit_can_close(world, tenant):
    await inherit(tenant, 47)
    (finding,) = await world.audit()
    assert "47 unexpired lots" in finding
    await report(world, call("one lot less", called=BOSTON, seconds=seconds_of(1)))
    assert await world.audit() == []


async def test_expired_lots_that_have_not_lapsed_do_not_prevent_purchases(world, tenant):
    await tenant.store_card()
    for number in range(OPEN_LOTS_MAX):
        await tenant.grant("1", f"PO-{number}", expiresAt="2026-03-02T00:00:00Z")
    await tenant.set_auto_recharge()
    assert await code_of(tenant.grant("1", "one too many")) == "too_many_lots"
    await world.tick(days=1)
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert (await tenant.auto_recharge())["paused"] is None
    assert (await tenant.grant("1", "now there is room")).status == 201
    assert (await tenant.buy(paymentMethod="pm_card_visa")).value["state"] == "succeeded"
    assert await tenant.booked("expiry") == []
    assert await world.audit() == []


async def test_the_limit_of_lots_includes_lots_of_open_purchases(world, tenant):
    for number in range(3):
        await tenant.buy(key=f"buy {number}", paymentMethod="pm_card_authenticationRequired")
    await inherit(tenant, OPEN_LOTS_MAX - 3)
    assert await code_of(tenant.grant("1", "one too many")) == "too_many_lots"
    assert await code_of(tenant.buy(key="one too many", paymentMethod="pm_card_visa")) == "too_many_lots"
    await report(world, call("one lot less", called=BOSTON, seconds=seconds_of(1)))
    assert (await tenant.grant("1", "now there is room")).status == 201


async def test_corrections_reopen_lots_up_to_the_limit_and_are_then_refused(world, tenant):
    await inherit(tenant, 5)
    calls = [call(f"call-{number}", called=BOSTON, seconds=seconds_of(1)) for number in range(5)]
    await report(world, calls)
    assert await lots_open(tenant) == 0
    for number in range(OPEN_LOTS_MAX - 3):
        await tenant.grant("1", f"PO-{number}")
    await report(world, [call(f"call-{number}", called=BOSTON, seconds=0) for number in range(5)])
    conflicts = [item["id"] for item in await tenant.suspended() if item["reason"] == "conflict"]
    for item in conflicts[:3]:
        assert (await tenant.accept(item))["state"] == "accepted"
    assert await lots_open(tenant) == OPEN_LOTS_MAX
    for item in conflicts[3:]:
        assert await code_of(tenant.accept(item)) == "too_many_lots"
    assert len(await tenant.suspended()) == 2  # they wait until there is room
    await report(world, call("room", called=BOSTON, seconds=seconds_of(2)))
    assert (await tenant.accept(conflicts[3]))["state"] == "accepted"
    assert await world.audit() == []


async def test_auto_recharge_at_the_limit_is_paused_notified_once_and_resumed(world, tenant):
    await tenant.set_administrators(ANN)
    await tenant.store_card()
    await inherit(tenant, OPEN_LOTS_MAX)
    await tenant.set_auto_recharge(trigger=usd("45"))
    await world.drain()
    order = await tenant.auto_recharge()
    assert (order["slot"], order["paused"]) == (
        "idle",
        {"reason": "too_many_lots", "since": "2026-03-01T12:00:00Z", "until": None},
    )
    (email,) = world.mail.emails
    assert "paused" in email.subject
    await report(world, call("half", called=BOSTON, seconds=seconds_of(0.5)))
    await world.drain()
    assert (len(world.mail.emails), await tenant.booked("recharge")) == (1, [])
    await report(world, call("a lot less", called=BOSTON, seconds=seconds_of(0.5)))
    await world.drain()
    assert await tenant.booked("recharge") == [("recharge", "50")]
    assert (await tenant.auto_recharge())["paused"] is None
    assert await world.audit() == []
