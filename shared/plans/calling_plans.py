"""Calling plans, dated: facts of the catalogue as data (R8).

Where sources contradict each other, an entry says in a comment what is assumed. An entry's date is the oldest copy in
which the fact was found, unless the comment says that a source states it.
"""

from shared.plans.countries import BY_CARRIERS, CALLING_PLAN_LOCATIONS, WITHOUT_KNOWN_MINUTES, codes
from shared.plans.plan import ANYWHERE, Plan, PlanPool, PoolKind, midnight

_NONE = dict.fromkeys((*WITHOUT_KNOWN_MINUTES, *BY_CARRIERS), 0)
_OFFERED = tuple(location for location in CALLING_PLAN_LOCATIONS if location not in WITHOUT_KNOWN_MINUTES)


def _minutes(default: int, **locations: int) -> dict[str, int]:
    return {**_NONE, ANYWHERE: default, **locations}


def _pool(kind: PoolKind, minutes: dict[str, int], not_sold_in: str = "") -> PlanPool:
    # The sources mention the pool that US and PR share for domestic minutes in general. It is assumed for all of them.
    locations = tuple(location for location in _OFFERED if location != not_sold_in)
    return PlanPool(kind, minutes, share_groups=(("US", "PR"),), locations=locations)


# US, CA and PR have had 3,000 throughout: pages of 2022-08 with 1,200 were corrected. GB has 3,000 from the day on
# which the documentation changed; an overview of 2024 still has the old figure.
_DOMESTIC_2018 = _pool(PoolKind.DOMESTIC, _minutes(1200, US=3000, PR=3000, CA=3000))
_DOMESTIC_2023 = _pool(PoolKind.DOMESTIC, _minutes(1200, US=3000, PR=3000, CA=3000, GB=3000))
# Some sources say that domestic and international minutes end together, others report them apart: two pools.
_INTERNATIONAL = _pool(PoolKind.INTERNATIONAL, _minutes(600))

_ZONE_1 = ("US", "PR", "GB", "CA")
_ZONE_2 = codes("AT BE CH CZ DE DK EE ES FI FR HR HU IE IT LT LU LV NL NO NZ PL PT RO SE SG SI SK ZA")
_ZONE_2_2024 = tuple(sorted({*_ZONE_2, "HK"} - {"HR"}))
_ZONE_1_PART = "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)"
_ZONE_1_PART_US = "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)"


_DOMESTIC = "Domestic Calling Plan"
_BOTH = "Domestic and International Calling Plan"
_DOMESTIC_ALIASES = ("MCOTEAMS_ESSENTIALS",)  # a bundle with the domestic plan; assumed to have its minutes

CALLING_PLANS = (
    Plan(
        "MCOPSTN1",
        _DOMESTIC,
        midnight("2018-02-17"),
        (_DOMESTIC_2018,),
        aliases=_DOMESTIC_ALIASES,
        sources=("availability-2018", "availability-us", "availability-2022", "add-on-licences"),
    ),
    Plan(
        "MCOPSTN1",
        _DOMESTIC,
        midnight("2023-01-25"),
        (_DOMESTIC_2023,),
        aliases=_DOMESTIC_ALIASES,
        sources=("threads", "calling-plans", "add-on-licences"),
    ),
    # It contains both kinds of minutes, although two threads say that it needs a domestic plan beside it.
    Plan(
        "MCOPSTN2",
        _BOTH,
        midnight("2018-02-17"),
        (_DOMESTIC_2018, _INTERNATIONAL),
        sources=("availability-2018", "availability-us", "availability-2022", "pools-report"),
    ),
    Plan(
        "MCOPSTN2",
        _BOTH,
        midnight("2023-01-25"),
        (_DOMESTIC_2023, _INTERNATIONAL),
        sources=("threads", "calling-plans", "pools-report"),
    ),
    # No source has its minutes; assumed to be those of MCOPSTN2.
    Plan(
        "MCOPSTN9",
        "International Calling Plan for small businesses",
        midnight("2021-03-19"),
        (_DOMESTIC_2018, _INTERNATIONAL),
        sources=("usage-report", "licence-names"),
    ),
    Plan(
        "MCOPSTN9",
        "International Calling Plan for small businesses",
        midnight("2023-01-25"),
        (_DOMESTIC_2023, _INTERNATIONAL),
        sources=("usage-report", "licence-names"),
    ),
    # Both are sold outside the US only; a subscription there still has its minutes.
    Plan(
        "MCOPSTN5",
        "Domestic Calling Plan (120 minutes)",
        midnight("2018-05-08"),
        (_pool(PoolKind.DOMESTIC, _minutes(120), not_sold_in="US"),),
        sources=("availability-2018", "availability-2022", "add-on-licences"),
    ),
    Plan(
        "MCOPSTN6",
        "Domestic Calling Plan (240 minutes)",
        midnight("2018-05-08"),
        (_pool(PoolKind.DOMESTIC, _minutes(240), not_sold_in="US"),),
        aliases=("MCOPSTN_6",),
        sources=("availability-2018", "availability-2022", "add-on-licences"),
    ),
    Plan(
        "MCOPSTN8",
        "Domestic Calling Plan (120 minutes for each user)",
        midnight("2021-03-19"),
        (PlanPool(PoolKind.DOMESTIC, _minutes(120), pooled=False, locations=_OFFERED),),
        sources=("usage-report", "licence-names"),
    ),
    Plan(
        "MCOPSTN_PAYG_1",
        "Pay-As-You-Go Calling Plan, zone 1",
        midnight("2022-08-07"),
        is_pay_as_you_go=True,
        aliases=(_ZONE_1_PART, _ZONE_1_PART_US),
        sold_in=("GB", "CA"),
        sources=("availability-2022", "add-on-licences"),
    ),
    Plan(
        "MCOPSTN_PAYG_1",
        "Pay-As-You-Go Calling Plan, zone 1",
        midnight("2024-08-05"),
        is_pay_as_you_go=True,
        aliases=(_ZONE_1_PART, _ZONE_1_PART_US),
        sold_in=_ZONE_1,
        sources=("calling-plans", "licence-names"),
    ),
    Plan(
        "MCOPSTN_PAYG_2",
        "Pay-As-You-Go Calling Plan, zone 2",
        midnight("2022-08-07"),
        is_pay_as_you_go=True,
        sold_in=_ZONE_2,
        sources=("availability-2022", "add-on-licences"),
    ),
    Plan(
        "MCOPSTN_PAYG_2",
        "Pay-As-You-Go Calling Plan, zone 2",
        midnight("2024-08-05"),
        is_pay_as_you_go=True,
        sold_in=_ZONE_2_2024,
        sources=("calling-plans", "threads"),
    ),
    # No source names its capability, so that no subscription can have it.
    Plan(
        "",
        "Pay-As-You-Go Calling Plan, Mexico",
        midnight("2024-08-05"),
        is_pay_as_you_go=True,
        sold_in=("MX",),
        sources=("calling-plans",),
    ),
    # The capability of calls that credit pays, also those of pay-as-you-go users.
    Plan(
        "MCOPSTNPP",
        "Communications Credits",
        midnight("2017-10-01"),  # stated, for the month
        is_prepaid=True,
        aliases=("MCOPSTNC",),
        sources=("credits", "usage-report", "licence-names"),
    ),
)
