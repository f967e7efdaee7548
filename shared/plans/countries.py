"""Which countries count as domestic, as international, and as Zone A (R8). Codes are ISO 3166-1 alpha-2."""


def codes(text: str) -> tuple[str, ...]:
    """The codes in *text*, which has blanks between them."""
    return tuple(text.split())


ZONE_A = frozenset(
    codes(
        "AT AU BE BG BR CA CH CN CZ DE DK EE ES FI FR GB GR HK HR HU IE IN IT JP KR LU MX MY NL NO NZ PL PR PT RO "
        "RU SE SG SI SK TH TW US ZA"
    )
)
"""Where a conference may dial out within the conferencing pool. Source: zones; the same list in 2018-08 and 2025-02."""

INTERNATIONAL = frozenset(
    codes(
        "AD AE AF AG AI AL AM AN AO AR AS AT AU AW AZ BA BB BD BE BF BG BH BJ BM BN BO BR BS BT BW BY BZ CA CD CF "
        "CG CH CI CL CM CN CO CR CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FO FR GB GD GE GF GH GI GL "
        "GN GP GQ GR GT GU GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KM KN KR KW KY KZ LA LB LC "
        "LI LK LS LT LU LV LY MA MC MD ME MH MK ML MM MN MO MP MQ MS MT MU MW MX MY MZ NA NC NE NG NI NL NO NP NZ "
        "OM PA PE PF PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SD SE SG SI SK SM SN SR SS SV SY SZ TC TG TH "
        "TJ TM TR TT TW TZ UA UG US UY UZ VA VC VE VG VI VN WF YE YT ZA ZM ZW"
    )
)
"""Where the minutes of an international plan reach. Source: international-list, which has 198 names."""

NETHERLANDS_ANTILLES = frozenset({"BQ", "CW", "SX"})
"""Today's codes of AN, which the list still names and which no number is assigned to any longer. Assumed to count."""

DOMESTIC_GROUPS = (frozenset({"US", "CA", "PR"}),)
"""Locations that are domestic with each other. Source: availability-us for US with CA and PR; between CA and PR it is
assumed. A copy of 2018-05-02 is the first to say so; earlier calls are treated the same.
"""

CALLING_PLAN_LOCATIONS = codes(
    "US PR CA GB DE ES FR NL IE BE AT DK IT PT SE CH CZ FI HU LU NZ NO PL RO SG SK HR EE LV LT SI ZA MX HK"
)
"""Where Microsoft offers calling plans, in the order in which they were first seen, 2018-02-17 to 2024-05-09. Sources:
availability-2018, availability-2022, threads, calling-plans.
"""

WITHOUT_KNOWN_MINUTES = ("MX", "HK")
"""Plans are offered, but no source states their minutes: an operator sets them (`Plans__minutes`)."""

BY_CARRIERS = ("AU", "JP")
"""Telstra and SoftBank sell and bill calling plans there. Usage records lack these calls; there is no pool here."""
