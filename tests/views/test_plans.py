"""The plan catalogue over HTTP (CONTRACT 2.3): today's plans, each size with its locations."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.views.plans import list_plans
from tests.fakes.world import World, request
from tests.reading_settings import plan_sizes_of


@pytest.fixture
def world():
    return World()


async def plans(world, **query):
    shown: Any = (await list_plans(world.services, request(query=query))).value
    return shown


async def plan(world, name):
    return next(each for each in (await plans(world))["items"] if each["plan"] == name)


def pool(destinations, minutes, locations, *, pooled=True, countries=None):
    return {
        "destinations": destinations,
        "minutesPerLicence": minutes,
        "pooled": pooled,
        "locations": locations,
        "countries": countries,
    }


async def test_each_size_of_a_pool_is_shown_with_its_locations(world):
    shown = await plan(world, "MCOPSTN2")
    assert shown["name"] == "Domestic and International Calling Plan"
    large, small, international = shown["pools"]
    assert large == pool("domestic", 3000, ["US", "PR", "CA", "GB"])
    assert (small["minutesPerLicence"], "DE" in small["locations"], "US" in small["locations"]) == (1200, True, False)
    assert (international["destinations"], international["minutesPerLicence"]) == ("international", 600)
    assert {"US", "DE"} < set(international["locations"])


async def test_conferencing_has_exceptions_by_the_organisations_country(world):
    expected = [pool("zoneA", 60, []), pool("zoneA", 900, ["RU", "KR", "TW"])]
    assert (await plan(world, "MCOMEETADD"))["pools"] == expected
    limited = [pool("zoneA", 60, [], countries=["US", "CA"])]
    assert (await plan(world, "MCOMEETBASIC"))["pools"] == limited


async def test_minutes_of_each_user_are_not_pooled(world):
    [shown] = (await plan(world, "MCOPSTN8"))["pools"]
    assert (shown["minutesPerLicence"], shown["pooled"]) == (120, False)


async def test_a_plan_without_minutes_has_no_pools(world):
    assert await plan(world, "MCOPSTN_PAYG_2") == {
        "plan": "MCOPSTN_PAYG_2",
        "name": "Pay-As-You-Go Calling Plan, zone 2",
        "pools": [],
    }


async def test_the_operators_sizes_are_shown(world):
    sizes = plan_sizes_of("MCOPSTN1/domestic/MX=700")
    world.services = replace(world.services, rules=replace(world.services.rules, plan_sizes=sizes))
    assert pool("domestic", 700, ["MX"]) in (await plan(world, "MCOPSTN1"))["pools"]


async def test_the_catalogue_is_that_of_the_clock(world):
    world.clock.time = datetime(2022, 1, 1, tzinfo=UTC)
    assert (await plan(world, "MCOPSTN1"))["pools"][0] == pool("domestic", 3000, ["US", "PR", "CA"])


async def test_plans_are_listed_in_pages_by_their_name(world):
    first = await plans(world, limit="2")
    assert ([each["plan"] for each in first["items"]], first["next"]) == (["MCOMEETACPEA", "MCOMEETADD"], "MCOMEETADD")
    second = await plans(world, after=first["next"])
    names = [each["plan"] for each in (*first["items"], *second["items"])]
    assert (names, len(names), second["next"]) == (sorted(names), 13, None)
