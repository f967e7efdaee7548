"""The pool of a call: which one, and how large (R8)."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.plans.catalogue import PLANS, PoolKind, plan_at
from shared.plans.pool import PoolId, pool_for, size_seconds
from shared.plans.sizes import CATALOGUE_SIZES, minutes_of
from tests.rules.plans.subscribing import START, call, subscription

DOM, INT, ZONE = PoolKind.DOMESTIC, PoolKind.INTERNATIONAL, PoolKind.ZONE_A
MX = {("MCOPSTN1", DOM, "MX"): 1200}


def instant(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (call(), ("MCOPSTN1", DOM, "US", "")),
        (call(country="CA"), ("MCOPSTN1", DOM, "US", "")),
        (call(location="PR"), ("MCOPSTN1", DOM, "US", "")),  # US and PR have one pool
        (call(location="CA", country="PR"), ("MCOPSTN1", DOM, "CA", "")),
        (call(country="GB"), None),  # not domestic, and the plan has no international minutes
        (call("MCOPSTN2", country="CA"), ("MCOPSTN2", DOM, "US", "")),
        (call("MCOPSTN2", "PR", "GB"), ("MCOPSTN2", INT, "US", "")),
        (call("MCOPSTN2", "GB", "US"), ("MCOPSTN2", INT, "GB", "")),
        (call("MCOPSTN2", country="CU"), None),  # not in the international list
        (call("MCOPSTN2", country=""), None),  # a satellite
        (call("MCOPSTN9", "GB", "FR"), ("MCOPSTN9", INT, "GB", "")),
        (call("MCOPSTN8", "DE", "DE"), ("MCOPSTN8", DOM, "DE", "alice")),
        (call("MCOPSTN8", "DE", "DE", user=""), None),  # nobody whose minutes they are
        (call("MCOTEAMS_ESSENTIALS"), ("MCOPSTN1", DOM, "US", "")),
        (call(location="MX", country="MX"), None),  # no source has the minutes
        (call(location="AU", country="AU"), None),
        (call("MCOPSTNPP"), None),
        (call("MCOPSTN_PAYG_1", "GB", "GB"), None),
        (call(""), None),
        (call("MCOEV"), None),
        (call(is_premium=True), None),
    ],
)
def test_the_pool_of_a_users_call(asked, expected):
    found = pool_for(asked, CATALOGUE_SIZES)
    assert (found and (found.capability, found.destinations, found.usage_location, found.user)) == expected


@pytest.mark.parametrize(
    ("asked", "capability"),
    [
        (call("MCOMEETADD", "GB", "FR", is_conference=True), "MCOMEETADD"),
        (call("", "AE", "US", user="", is_conference=True), "MCOMEETADD"),
        (call("MCOPSTN1", "US", "US", is_conference=True), "MCOMEETADD"),  # the organiser's calling plan
        (call("MCOMEETADV", "GB", "FR", is_conference=True), "MCOMEETADD"),
        (call("MCOMEETADD", "GB", "AE", is_conference=True), None),  # outside Zone A
        (call("MCOMEETADD", "AE", "AE", is_conference=True), None),  # domestic does not matter
        (call("MCOMEETADD", "GB", "FR", is_conference=True, is_premium=True), None),
        (call("MCOMEETACPEA", "GB", "FR", is_conference=True), None),  # charged by the minute
        (call("MCOMEETBASIC", "GB", "US", is_conference=True), "MCOMEETBASIC"),
        (call("MCOMEETBASIC", "GB", "FR", is_conference=True), None),
        (call("MCOMEETADD_DIALOUT_US", "GB", "FR", is_conference=True), None),
    ],
)
def test_a_conference_has_one_pool_for_the_whole_organisation(asked, capability):
    found = pool_for(asked, CATALOGUE_SIZES)
    assert found == (PoolId(capability, ZONE, "", "", "2026-11") if capability else None)


@pytest.mark.parametrize(
    ("started_at", "month"),
    [
        ("2026-10-31T23:59:59.999999+00:00", "2026-10"),
        ("2026-11-01T00:00:00+00:00", "2026-11"),
        ("2026-11-01T00:59:59+01:00", "2026-10"),
        ("2026-10-31T19:00:00-05:00", "2026-11"),
    ],
)
def test_the_month_is_that_of_the_start_in_utc(started_at, month):
    found = pool_for(call(started_at=instant(started_at)), CATALOGUE_SIZES)
    assert found is not None
    assert found.month == month


def test_an_operators_size_opens_a_pool_or_closes_one():
    assert pool_for(call(location="MX", country="MX"), MX) == PoolId("MCOPSTN1", DOM, "MX", "", "2026-11")
    assert pool_for(call(), {("MCOPSTN1", DOM, "US"): 0}) is None


@pytest.mark.parametrize(
    ("pool", "subscriptions", "minutes"),
    [
        (("MCOPSTN1", DOM, "US"), [subscription(licences=100)], 300_000),
        (("MCOPSTN1", DOM, "US"), [subscription(licences=100), subscription(licences=5, location="PR")], 315_000),
        (("MCOPSTN1", DOM, "US"), [subscription(licences=1), subscription("MCOTEAMS_ESSENTIALS", 2)], 9_000),
        (("MCOPSTN1", DOM, "US"), [subscription("MCOPSTN2", 10)], 0),  # only identical plans pool
        (("MCOPSTN1", DOM, "US"), [subscription(licences=10, location="CA")], 0),
        (("MCOPSTN1", DOM, "US"), [], 0),
        (("MCOPSTN1", DOM, "CA"), [subscription(licences=2, location="CA")], 6_000),
        (("MCOPSTN1", DOM, "GB"), [subscription(licences=2, location="GB")], 6_000),
        (("MCOPSTN1", DOM, "DE"), [subscription(licences=3, location="DE")], 3_600),
        (("MCOPSTN2", DOM, "DE"), [subscription("MCOPSTN2", 3, "DE")], 3_600),
        (("MCOPSTN2", INT, "DE"), [subscription("MCOPSTN2", 3, "DE")], 1_800),
        (("MCOPSTN5", DOM, "DE"), [subscription("MCOPSTN5", 3, "DE")], 360),
        (("MCOPSTN6", DOM, "DE"), [subscription("MCOPSTN_6", 3, "DE")], 720),
        (("MCOPSTN8", DOM, "DE"), [subscription("MCOPSTN8", 3, "DE"), subscription("MCOPSTN8", 9, "DE")], 120),
        (("MCOPSTN8", DOM, "DE"), [subscription("MCOPSTN8", 0, "DE")], 0),
        (("MCOMEETADD", ZONE, ""), [subscription("MCOMEETADD", 115)], 6_900),
        (("MCOMEETADD", ZONE, ""), [subscription("MCOMEETADD", 100), subscription("MCOMEETADV", 15, "GB")], 6_900),
        (("MCOMEETADD", ZONE, ""), [subscription("MCOMEETBASIC", 100)], 0),
        (("MCOMEETBASIC", ZONE, ""), [subscription("MCOMEETBASIC", 100)], 6_000),
        (("MCOPSTNPP", DOM, "US"), [subscription("MCOPSTNPP", 100)], 0),
        (("MCOEV", DOM, "US"), [subscription("MCOEV", 100)], 0),
    ],
)
def test_a_pools_size_is_what_its_licences_add(pool, subscriptions, minutes):
    capability, destinations, location = pool
    found = PoolId(capability, destinations, location, "alice" if capability == "MCOPSTN8" else "", "2026-11")
    assert size_seconds(found, subscriptions, START, CATALOGUE_SIZES) == minutes * 60


@pytest.mark.parametrize(
    ("at", "minutes"), [("2023-01-24T23:59:59+00:00", 2_400), ("2023-01-25T00:00:00+00:00", 6_000)]
)
def test_a_size_follows_the_catalogue_at_the_calls_start(at, minutes):
    pool = PoolId("MCOPSTN1", DOM, "GB", "", "2023-01")
    assert size_seconds(pool, [subscription(licences=2, location="GB")], instant(at), CATALOGUE_SIZES) == minutes * 60


@pytest.mark.parametrize(("country", "minutes"), [("", 600), ("US", 600), ("RU", 9_000), ("KR", 9_000), ("TW", 9_000)])
def test_organisations_that_cannot_buy_credit_have_more_conferencing_minutes(country, minutes):
    pool = PoolId("MCOMEETADD", ZONE, "", "", "2026-11")
    found = size_seconds(pool, [subscription("MCOMEETADD", 10, "GB")], START, CATALOGUE_SIZES, country)
    assert found == minutes * 60


def test_an_operators_size_counts_for_each_licence():
    pool = PoolId("MCOPSTN1", DOM, "MX", "", "2026-11")
    assert size_seconds(pool, [subscription(licences=4, location="MX")], START, MX) == 4 * 1200 * 60


def test_a_key_is_short_and_stable_and_hides_the_user():
    assert PoolId("MCOPSTN1", DOM, "US", "", "2026-11").key == "2026-11.MCOPSTN1.domestic.US."
    assert PoolId("MCOMEETADD", ZONE, "", "", "2026-11").key == "2026-11.MCOMEETADD.zoneA.."
    expected = "2026-11.MCOPSTN8.domestic.DE.6ea988ee737a68d0fb1d7bb76040e804"
    assert PoolId("MCOPSTN8", DOM, "DE", "alice", "2026-11").key == expected


@given(st.text(min_size=1), st.text(min_size=1))
def test_keys_of_users_differ_and_suit_a_table(one, other):
    keys = [PoolId("MCOPSTN8", DOM, "DE", user, "2026-11").key for user in (one, other)]
    assert (keys[0] == keys[1]) is (one == other)
    assert all(re.fullmatch(r"[0-9A-Za-z._-]{1,100}", key) for key in keys)


@given(
    st.sampled_from(sorted({plan.plan for plan in PLANS})),
    st.sampled_from(["US", "PR", "CA", "GB", "DE", "MX"]),
    st.sampled_from(["US", "PR", "CA", "GB", "DE", "MX", "AE", "CU", ""]),
    st.booleans(),
)
def test_a_licence_of_the_plan_at_the_users_location_fills_the_calls_pool(plan, location, country, is_conference):
    found = pool_for(call(plan, location, country, is_conference=is_conference), CATALOGUE_SIZES)
    if found is None:
        return
    size = size_seconds(found, [subscription(found.capability, 1, location)], START, CATALOGUE_SIZES)
    whole = plan_at(found.capability, START)
    assert whole is not None
    pool = whole.pool(found.destinations)
    assert pool is not None
    assert size == 60 * minutes_of(whole, pool, found.usage_location, CATALOGUE_SIZES) > 0
