"""The catalogue beside the collected facts of the sources: every plan, size and country of theirs is in it."""

import json
from datetime import UTC, datetime

import pytest

from shared.plans import countries
from shared.plans.catalogue import PLANS, canonical, is_domestic, is_international, is_zone_a, plan_at
from tests.reference import reference


@pytest.fixture(scope="module")
def facts():
    return json.loads(reference("plan-catalogue.json").read_text(encoding="utf-8"))


def entry_of(fact):
    since = datetime.fromisoformat(fact["validFrom"]).replace(tzinfo=UTC)
    named = [plan for plan in PLANS if plan.plan == (fact["plan"] or "") and plan.valid_from <= since]
    return named[-1]


def test_every_plan_is_there_with_its_other_names(facts):
    for fact in facts["plans"]:
        entry = entry_of(fact)
        for name in (*fact.get("skuAliases", ()), *fact.get("aliases", ())):
            assert canonical(name) == entry.plan
        assert set(entry.sold_in) == set(fact.get("usageLocations", ())) - set(
            fact.get("notSoldIn", ()) if "usageLocations" in fact else ()
        )


def test_every_size_is_that_of_the_source(facts):
    for fact in facts["plans"]:
        entry = entry_of(fact)
        for pool in fact["pools"] or ():
            [ours] = [each for each in entry.pools if each.destinations == destinations_of(pool)]
            assert ours.pooled is pool["pooled"]
            assert [list(group) for group in ours.share_groups] == pool.get("shareGroups", [])
            if pool["minutesPerLicence"] != "unlimitedFairUse":
                for location, minutes in pool["minutesPerLicence"].items():
                    assert ours.minutes("" if location == "default" else location) == minutes, (entry.plan, location)
        for location, minutes in fact.get("exceptions", {}).get("organisationCountry", {}).items():
            assert entry.pools[0].minutes(location) == minutes


def destinations_of(pool):
    return "zoneA" if isinstance(pool["destinations"], list) else pool["destinations"]


def test_a_month_before_a_plans_first_date_has_its_first_entry(facts):
    for fact in facts["plans"]:
        if fact["plan"]:
            assert plan_at(fact["plan"], datetime(2000, 1, 1, tzinfo=UTC)) is not None


def test_every_country_is_there(facts):
    assert set(facts["zoneA"]) == countries.ZONE_A
    assert all(is_zone_a(country) for country in facts["zoneA"])
    assert set(facts["internationalDestinations"]) == countries.INTERNATIONAL
    assert all(is_international(country) for country in facts["internationalDestinations"])
    offered = [country for group in facts["callingPlanCountries"]["microsoft"] for country in group["locations"]]
    assert set(offered) == set(countries.CALLING_PLAN_LOCATIONS)
    assert {each["location"] for each in facts["callingPlanCountries"]["carrier"]} == set(countries.BY_CARRIERS)
    for location in ("US", "PR", "CA"):
        assert all(is_domestic(location, country) for country in facts["domestic"][location])
