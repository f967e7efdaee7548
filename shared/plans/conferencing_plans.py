"""Conferencing plans, dated: facts of the catalogue as data (R8). Dates and comments are as in `calling_plans`."""

from shared.plans.plan import ANYWHERE, Plan, PlanPool, PoolKind, midnight

CONFERENCING = "MCOMEETADD"
"""The plan of conferences whose record names no conferencing plan (CONTRACT 1)."""

FAIR_USE_MINUTES = 1_000_000
"""Unlimited within fair use, for which no number is published: more than an organiser can use in a month."""

_US_AND_CANADA = ("US", "CA")


def _zone_a(minutes: int, **organisations: int) -> PlanPool:
    """The pool of all conferencing licences of an organisation, wherever the organisers are."""
    return PlanPool(PoolKind.ZONE_A, {ANYWHERE: minutes, **organisations})


CONFERENCING_PLANS = (
    # The cap of the free period, for assigned licences.
    Plan(
        CONFERENCING,
        "Audio Conferencing",
        midnight("2018-11-12"),
        (_zone_a(900),),
        is_conference=True,
        aliases=("MCOMEETADV",),
        sources=("free-period",),
    ),
    # Assigned licences counted until 2020-11, purchased ones since: a subscription has the number that counts. RU, KR
    # and TW keep the 900 minutes, because no credit can be bought there; the organisation's country is assumed to
    # decide. After the pool, credit pays; some sources say that a caller's calling plan does, or that nothing does.
    Plan(
        CONFERENCING,
        "Audio Conferencing",
        midnight("2019-12-01"),  # stated
        (_zone_a(60, RU=900, KR=900, TW=900),),
        is_conference=True,
        aliases=("MCOMEETADV",),
        sources=("dial-out", "free-period", "zones", "threads"),
    ),
    Plan(
        "MCOMEETBASIC",
        "Audio Conferencing with dial-out to the US and Canada",
        midnight("2022-05-04"),
        (PlanPool(PoolKind.ZONE_A, {ANYWHERE: 60}, countries=_US_AND_CANADA),),
        is_conference=True,
        aliases=("Microsoft_Teams_Audio_Conferencing_select_dial_out",),
        sources=("dial-out", "add-on-licensing", "licence-names"),
    ),
    # Two products could have this capability. It is taken for the add-on, not for the free licence.
    Plan(
        "MCOMEETADD_DIALOUT_US",
        "Audio Conferencing, extended dial-out to the US and Canada",
        midnight("2020-09-17"),
        (PlanPool(PoolKind.ZONE_A, {ANYWHERE: FAIR_USE_MINUTES}, pooled=False, countries=_US_AND_CANADA),),
        is_conference=True,
        sources=("dial-out-us-ca", "usage-report"),
    ),
    # Every minute of dial-out and of toll and toll-free dial-in is charged.
    Plan(
        "MCOMEETACPEA",
        "Audio Conferencing, pay per minute",
        midnight("2018-02-17"),
        is_conference=True,
        aliases=("MCOMEETACPEA_GOV",),
        sources=("pay-per-minute",),
    ),
)
