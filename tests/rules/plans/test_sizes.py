"""Sizes that an operator sets (`Plans__minutes`), and the sizes by location that are shown."""

import pytest

from shared.plans.catalogue import ANYWHERE, PoolKind, plan_at
from shared.plans.sizes import CATALOGUE_SIZES, locations_by_minutes, minutes_of
from tests.reading_settings import plan_sizes_of
from tests.rules.plans.subscribing import START

DOM, INT, ZONE = PoolKind.DOMESTIC, PoolKind.INTERNATIONAL, PoolKind.ZONE_A


def listed(plan, kind, sizes=CATALOGUE_SIZES):
    found = plan_at(plan, START)
    assert found is not None
    pool = found.pool(kind)
    assert pool is not None
    return locations_by_minutes(found, pool, sizes)


def test_without_the_setting_the_catalogues_sizes_are_used():
    assert plan_sizes_of("") == CATALOGUE_SIZES == {}


def test_the_setting_lists_minutes_by_plan_destinations_and_location():
    text = " MCOPSTN1/domestic/MX=1200, MCOPSTN2/international/*=0 ,MCOMEETADD/zoneA/KR=1000000"
    assert plan_sizes_of(text) == {
        ("MCOPSTN1", DOM, "MX"): 1200,
        ("MCOPSTN2", INT, ANYWHERE): 0,
        ("MCOMEETADD", ZONE, "KR"): 1_000_000,
    }


@pytest.mark.parametrize(
    "text",
    [
        "MX=1200",
        "MCOPSTN1/domestic/MX",
        "MCOPSTN1/domestic/MX=-1",
        "MCOPSTN1/domestic/MX=1000001",
        "MCOPSTN1/domestic/MX=1.5",
        "MCOPSTN1/domestic/mx=1200",
        "MCOPSTN1/domestic/MX=\u0661",
        "MCOPSTN1/domestic/=1200",
        "MCOPSTN1/international/MX=600",  # the plan has no such pool
        "MCOPSTN1/everywhere/MX=600",
        "MCOEV/domestic/MX=600",
        "MCOPSTN1/domestic/MX=1200,MCOPSTN1/domestic/MX=1200",
    ],
)
def test_another_setting_is_refused(text):
    with pytest.raises(ValueError, match="Plans__minutes is a list such as MCOPSTN1/domestic/MX=1200: "):
        plan_sizes_of(text)


@pytest.mark.parametrize(
    ("setting", "location", "expected"),
    [
        ("", "DE", 1200),
        ("MCOPSTN1/domestic/DE=5", "DE", 5),
        ("MCOPSTN1/domestic/DE=5", "FR", 1200),
        ("MCOPSTN1/domestic/*=7", "US", 7),
        ("MCOPSTN1/domestic/*=7,MCOPSTN1/domestic/US=8", "US", 8),
        ("MCOPSTN2/domestic/*=7", "US", 3000),
    ],
)
def test_a_size_that_is_set_replaces_the_catalogues(setting, location, expected):
    plan = plan_at("MCOPSTN1", START)
    assert plan is not None
    assert minutes_of(plan, plan.pools[0], location, plan_sizes_of(setting)) == expected


def test_calling_plans_are_listed_by_the_locations_in_which_they_are_offered():
    (first, large), (second, small) = listed("MCOPSTN1", DOM)
    assert (first, large, second, len(small)) == (3000, ("US", "PR", "CA", "GB"), 1200, 28)
    assert not {"MX", "HK", "AU", "JP", "US"} & set(small)


def test_a_location_whose_size_is_set_is_listed():
    found = dict(listed("MCOPSTN1", DOM, plan_sizes_of("MCOPSTN1/domestic/MX=1200")))
    assert found[1200][-1] == "MX"


def test_a_plan_that_does_not_depend_on_the_location_lists_the_exceptions_only():
    assert listed("MCOMEETADD", ZONE) == [(60, ()), (900, ("RU", "KR", "TW"))]
    same = plan_sizes_of("MCOMEETADD/zoneA/*=900")
    assert listed("MCOMEETADD", ZONE, same) == [(900, ())]
