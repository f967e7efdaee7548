"""The plan catalogue: plans at an instant, and which countries their minutes reach. Literals: the sources' figures."""

from datetime import UTC, datetime

import pytest

from shared.plans import countries
from shared.plans.catalogue import (
    PLANS,
    PoolKind,
    canonical,
    is_domestic,
    is_international,
    is_zone_a,
    plan_at,
    plans_at,
)
from shared.plans.sources import SOURCES

NOW = datetime(2026, 11, 30, tzinfo=UTC)
CODES = {
    "MCOPSTN1",
    "MCOPSTN2",
    "MCOPSTN5",
    "MCOPSTN6",
    "MCOPSTN8",
    "MCOPSTN9",
    "MCOPSTN_PAYG_1",
    "MCOPSTN_PAYG_2",
    "MCOPSTNPP",
    "MCOMEETADD",
    "MCOMEETADD_DIALOUT_US",
    "MCOMEETBASIC",
    "MCOMEETACPEA",
}


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minutes(plan, destinations, location, at=NOW):
    found = plan_at(plan, at)
    assert found is not None
    pool = found.pool(destinations)
    return pool and pool.minutes(location)


@pytest.mark.parametrize(
    ("plan", "location", "expected"),
    [
        ("MCOPSTN1", "US", 3000),
        ("MCOPSTN1", "PR", 3000),
        ("MCOPSTN1", "CA", 3000),
        ("MCOPSTN1", "GB", 3000),
        ("MCOPSTN1", "DE", 1200),
        ("MCOPSTN1", "MX", 0),
        ("MCOPSTN1", "HK", 0),
        ("MCOPSTN1", "AU", 0),
        ("MCOPSTN2", "US", 3000),
        ("MCOPSTN2", "FR", 1200),
        ("MCOPSTN9", "GB", 3000),
        ("MCOPSTN5", "US", 120),
        ("MCOPSTN5", "DE", 120),
        ("MCOPSTN6", "DE", 240),
        ("MCOPSTN8", "DE", 120),
        ("MCOPSTN_PAYG_1", "GB", None),
        ("MCOPSTNPP", "US", None),
    ],
)
def test_domestic_minutes_of_one_licence(plan, location, expected):
    assert minutes(plan, PoolKind.DOMESTIC, location) == expected


@pytest.mark.parametrize(
    ("plan", "expected"), [("MCOPSTN1", None), ("MCOPSTN2", 600), ("MCOPSTN9", 600), ("MCOPSTN5", None)]
)
def test_international_minutes_of_one_licence(plan, expected):
    assert minutes(plan, PoolKind.INTERNATIONAL, "US") == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2017-01-01", 1200), ("2023-01-24T23:59:59", 1200), ("2023-01-25", 3000), ("2026-11-30", 3000)],
)
@pytest.mark.parametrize("plan", ["MCOPSTN1", "MCOPSTN2"])
def test_great_britain_has_3000_minutes_from_2023_01_25(plan, at, expected):
    assert minutes(plan, PoolKind.DOMESTIC, "GB", day(at)) == expected


@pytest.mark.parametrize(
    ("at", "country", "expected"),
    [
        ("2018-01-01", "US", 900),  # before the first entry
        ("2019-11-30T23:59:59", "US", 900),
        ("2019-12-01", "US", 60),
        ("2019-12-01", "RU", 900),
        ("2026-11-30", "", 60),
        ("2026-11-30", "KR", 900),
        ("2026-11-30", "TW", 900),
    ],
)
def test_conferencing_minutes_of_one_licence(at, country, expected):
    assert minutes("MCOMEETADD", PoolKind.ZONE_A, country, day(at)) == expected


def test_before_its_first_entry_a_plan_is_as_in_it():
    first = plan_at("MCOPSTN_PAYG_2", day("2010-01-01"))
    assert first is not None
    assert (first.valid_from, "HR" in first.sold_in, "HK" in first.sold_in) == (day("2022-08-07"), True, False)


def test_the_plans_of_today():
    found = plans_at(NOW)
    assert {plan.plan for plan in found} == CODES
    assert len(found) == len(CODES)
    assert {plan.plan for plan in found if plan.is_pay_as_you_go} == {"MCOPSTN_PAYG_1", "MCOPSTN_PAYG_2"}
    assert {plan.plan for plan in found if plan.is_conference} == {code for code in CODES if "MEET" in code}
    assert {plan.plan for plan in found if plan.is_prepaid} == {"MCOPSTNPP"}
    assert {plan.plan for plan in found if not plan.pools} == {
        "MCOPSTN_PAYG_1",
        "MCOPSTN_PAYG_2",
        "MCOPSTNPP",
        "MCOMEETACPEA",
    }
    assert {plan.plan for plan in plans_at(day("2010-01-01"))} == CODES


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("MCOMEETADV", "MCOMEETADD"),
        ("MCOPSTN_6", "MCOPSTN6"),
        ("MCOPSTNC", "MCOPSTNPP"),
        ("MCOTEAMS_ESSENTIALS", "MCOPSTN1"),
        ("MCOPSTN1", "MCOPSTN1"),
        ("MCOEV", "MCOEV"),
    ],
)
def test_other_names_of_a_plan(name, plan):
    assert canonical(name) == plan
    assert (plan_at(name, NOW) is None) is (plan == "MCOEV")


@pytest.mark.parametrize("name", ["", "MCOEV", "mcopstn1"])
def test_an_unknown_name_is_no_plan(name):
    assert plan_at(name, NOW) is None


@pytest.mark.parametrize(
    ("location", "country", "expected"),
    [
        ("GB", "GB", True),
        ("GB", "IE", False),
        ("US", "CA", True),
        ("US", "PR", True),
        ("CA", "US", True),
        ("CA", "PR", True),
        ("PR", "CA", True),
        ("US", "MX", False),
        ("DE", "US", False),
        ("", "", False),
        ("US", "", False),
    ],
)
def test_what_is_domestic(location, country, expected):
    assert is_domestic(location, country) is expected


@pytest.mark.parametrize(
    ("country", "expected"), [("GB", True), ("PR", True), ("AE", False), ("LV", False), ("", False)]
)
def test_what_is_zone_a(country, expected):
    assert is_zone_a(country) is expected


@pytest.mark.parametrize(
    ("country", "expected"), [("GB", True), ("AE", True), ("CW", True), ("CU", False), ("XK", False), ("", False)]
)
def test_where_international_minutes_reach(country, expected):
    assert is_international(country) is expected


def test_the_lists_have_the_sources_sizes():
    assert len(countries.ZONE_A) == 44
    assert len(countries.INTERNATIONAL) == 198
    assert len(set(countries.CALLING_PLAN_LOCATIONS)) == 34


def test_every_entry_names_its_sources_and_every_source_is_used():
    assert all(plan.sources for plan in PLANS)
    assert {name for plan in PLANS for name in plan.sources} | {"international-list"} == set(SOURCES)
