"""Levels of the balance, coming expiry, pools, reviews and post-usage billing: each told once (R8, R17, R19)."""

from datetime import timedelta

import pytest

from shared.views.alerts import read_alerts
from tests.alerts import set_alerts, told
from tests.fakes.world import START
from tests.tenant import BOSTON, call, code_of, report, subscription, usd
from tests.use_cases.subscribed import license_user, subscribe

ANN = {"address": "ann@example.com", "roles": ["billing"]}


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators(ANN)
    return tenant


def seconds_of(dollars):
    """The seconds of a call to Boston with this cost."""
    return round((dollars - 0.10) * 120)


async def spend(world, dollars, name):
    await report(world, call(name, called=BOSTON, seconds=seconds_of(dollars), startedAt=now_text(world)))
    await world.drain()


def now_text(world):
    return world.clock.now().isoformat().replace("+00:00", "Z")


async def kinds(tenant):
    return [notice["kind"] for notice in await told(tenant)]


def subjects(world):
    return [email.subject.partition(": ")[2] for email in world.mail.emails]


# --- levels of the balance


async def test_alerts_are_set_with_the_etag_that_was_read(tenant):
    read = await tenant.request(read_alerts)
    assert read.value == {"lowBalance": [], "silentRoles": []}
    written = await set_alerts(tenant, "50", "20", "20.0", etag=read.headers["ETag"])
    assert written.value == {"lowBalance": [usd("20.000000"), usd("50.000000")], "silentRoles": []}
    assert (await tenant.request(read_alerts)).headers == written.headers
    assert await code_of(set_alerts(tenant, "5", etag=read.headers["ETag"])) == "stale"
    assert await code_of(set_alerts(tenant, "5", etag="")) == "precondition_required"


@pytest.mark.parametrize(
    ("levels", "fields", "code"),
    [
        (["0"], {}, "invalid_request"),
        (["1", "2", "3", "4", "5", "6"], {}, "invalid_request"),
        ([], {"lowBalance": [{"amount": "5", "currency": "EUR"}]}, "currency_mismatch"),
        (["1"], {"silentRoles": ["king"]}, "invalid_request"),
        (["1"], {"silentRoles": ["billing"]}, "invalid_request"),  # nobody would be told
        (["1"], {"lowbalance": []}, "invalid_request"),
    ],
)
async def test_other_alerts_are_refused(tenant, levels, fields, code):
    assert await code_of(set_alerts(tenant, *levels, **fields)) == code
    assert (await tenant.request(read_alerts)).value["lowBalance"] == []


async def test_silent_roles_are_recognised_by_their_titles_and_older_names_too(tenant):
    written = await set_alerts(tenant, "20", silentRoles=["Helpdesk", "User account administrator", "helpdesk"])
    assert written.value == {"lowBalance": [usd("20.000000")], "silentRoles": ["helpdesk", "user"]}


async def test_a_level_is_told_once_however_many_calls_follow_and_again_after_it_was_left(world, tenant):
    await set_alerts(tenant, "20")
    await tenant.grant("30")
    for number in range(4):
        await spend(world, 4, f"a{number}")
    assert subjects(world) == ["the balance is low, $18.00"]
    await tenant.grant("30", "PO-2")
    await world.drain()
    assert subjects(world)[1:] == ["the balance is $44.00 again"]
    await spend(world, 30, "b")
    assert await kinds(tenant) == ["lowBalance", "recovered", "lowBalance"]
    assert await world.audit() == []


async def test_a_call_through_several_levels_is_one_email_and_one_to_zero_is_the_one_about_zero(world, tenant):
    await set_alerts(tenant, "50", "20", "10")
    await tenant.grant("60")
    await spend(world, 45, "a")
    assert subjects(world) == ["the balance is low, $15.00"]
    await spend(world, 20, "b")
    assert await kinds(tenant) == ["lowBalance", "balanceZero"]
    await tenant.grant("100", "PO-2")
    await world.drain()
    assert await kinds(tenant) == ["lowBalance", "balanceZero", "recovered"]


async def test_a_balance_that_flaps_around_a_level_is_told_once(world, tenant):
    await set_alerts(tenant, "20")
    await tenant.grant("21")
    for number in range(40):
        await spend(world, 1.5, f"c{number}")
        await tenant.grant("1.5", f"PO-{number + 2}")
        await world.tick(hours=4)
    assert await kinds(tenant) == ["lowBalance"]


async def test_even_large_swings_are_told_twice_a_day_at_most(world, tenant):
    await set_alerts(tenant, "20")
    await tenant.grant("25")
    for number in range(12):
        await spend(world, 10, f"c{number}")
        await tenant.grant("10", f"PO-{number + 2}")
        await world.tick(hours=1)
    assert await kinds(tenant) == ["lowBalance", "recovered"] * 2
    await spend(world, 10, "last")
    await world.tick(hours=23)
    assert (await kinds(tenant))[4:] == ["lowBalance"], "what could not be told in time is told later"


async def test_a_low_balance_waits_for_the_recharge_that_is_under_way(world, tenant):
    await tenant.store_card()
    await set_alerts(tenant, "20")
    await tenant.grant("30")
    await tenant.set_auto_recharge(trigger=usd("20"), amount=usd("50"))
    await spend(world, 12, "a")
    assert await kinds(tenant) == ["rechargeSucceeded"]


# --- credit that is about to expire


async def tick_to(world, instant):
    """Move the clock to *instant* and do what is due then."""
    await world.tick(seconds=(instant - world.clock.now()).total_seconds())
    await world.tick()


async def test_credit_that_nobody_uses_is_told_of_four_times_before_it_expires(world, tenant):
    await tenant.grant("40")
    for month in (1, 2):
        await tick_to(world, START + timedelta(days=31 * month))  # the reviews
    for days in (90, 30, 7, 1):
        world.mail.sent.clear()
        await tick_to(world, START + timedelta(days=365 - days, hours=-1))
        assert subjects(world) == []
        await tick_to(world, START + timedelta(days=365 - days))
        assert subjects(world) == ["$40.00 will expire unused on March 1, 2027"]
        await tick_to(world, START + timedelta(days=365 - days, hours=1))
        assert len(subjects(world)) == 1
    await tick_to(world, START + timedelta(days=365))
    assert subjects(world)[1:] == ["the balance is zero, calls may be refused"]
    assert await world.audit() == []


async def test_only_what_is_really_lost_at_the_present_rate_of_use_is_told(world, tenant):
    await tenant.grant("100")
    await tick_to(world, START + timedelta(days=275))
    for day in range(60):
        await tick_to(world, START + timedelta(days=275 + day, hours=12))
        await spend(world, 0.5, f"d{day}")
    await tick_to(world, START + timedelta(days=335))
    first, second = [email for email in world.mail.emails if "expire unused" in email.subject]
    assert "No call has used credit in the last four weeks" in first.text
    assert "$100.00 will expire unused" in first.subject
    assert "about $0.50 a day" in second.text
    assert "Will be lost: $55.00" in second.text  # of 70 dollars, 30 days at 50 cents will be used


async def test_nothing_is_told_when_nothing_will_be_lost(world, tenant):
    await tenant.grant("100", expiresAt="2026-04-30T12:00:00Z")
    for day in range(29):
        await spend(world, 2, f"c{day}")
        await world.tick(days=1)
    await world.tick(days=2)
    assert "expiryAhead" not in await kinds(tenant)


async def test_lots_that_expire_within_a_day_are_told_of_together(world, tenant):
    for number in range(3):
        await tenant.grant("10", f"PO-{number}")
        await world.tick(hours=3)
    await tenant.grant("5", "PO-9", expiresAt="2028-01-01T00:00:00Z")
    await world.tick(days=280)
    for _ in range(5):
        await world.tick(minutes=1)
    ahead = [email.subject for email in world.mail.emails if "expire unused" in email.subject]
    assert [subject.partition(": ")[2] for subject in ahead] == ["$30.00 will expire unused on March 1, 2027"]


# --- pools, reviews, post-usage billing


async def test_a_pool_is_told_of_at_80_and_100_percent(world, tenant):
    await tenant.grant("10")
    await subscribe(tenant, "MCOPSTN1", licences=1)
    await license_user(tenant, plan="MCOPSTN1")
    size = 3_000 * 60
    facts = {"called": BOSTON, "capability": "MCOPSTN1", "usageLocation": "US"}
    for number, part in enumerate((0.4, 0.39, 0.02, 0.1, 0.2)):
        await report(world, call(f"p{number}", round(size * part), **facts))
        await world.drain()
    assert [subject for subject in subjects(world) if "minutes" in subject] == [
        "80% of the minutes are used, MCOPSTN1, domestic calls, United States",
        "the minutes are used up, MCOPSTN1, domestic calls, United States",
    ]


async def test_administrators_are_asked_to_look_at_their_settings_after_one_and_two_months(world, tenant):
    await tenant.grant("40")
    await tenant.store_card()
    await tenant.set_auto_recharge()
    for days in range(0, 100, 5):
        await tick_to(world, START + timedelta(days=days))
    reviews = [email for email in world.mail.emails if "do your settings still fit" in email.subject]
    assert [("A month has" in email.text, "2 months have" in email.text) for email in reviews] == [
        (True, False),
        (False, True),
    ]
    assert "Auto-recharge charges $50.00 when the balance is at or below $10.00." in reviews[0].text


async def test_the_switch_to_post_usage_billing_is_told_when_it_begins_and_when_it_is_done(world, tenant):
    await tenant.grant("5")
    await tenant.set_subscriptions(subscription(agreement="newCommerce"))
    await world.drain()
    assert subjects(world) == ["the switch to post-usage billing has begun"]
    await spend(world, 6, "a")
    assert subjects(world)[1:] == ["usage is now billed after use"]
    assert await world.audit() == []
