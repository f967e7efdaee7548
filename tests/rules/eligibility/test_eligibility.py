from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eligibility.eligibility import NAMED_MAX, Ineligibility, evaluate, next_change, not_needed
from shared.ledger.entitlements import Agreement, BillingState, Channel, Entitlements, Exemption, Subscription

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
CSP, REGION, POST_USAGE = Ineligibility.CSP_ONLY, Ineligibility.BILLING_REGION, Ineligibility.POST_USAGE


def subscription(name="s", *, channel="direct", agreement="web", from_=NOON, until=None, **fields):
    facts = {"plan": "MCOPSTN1", "licences": 10, "usage_location": "US", **fields}
    return Subscription(
        id=name, channel=Channel(channel), agreement=Agreement(agreement), from_=from_, until=until, **facts
    )


def exemption(from_, until):
    return Exemption("billed by the parent company", "T-1", from_, until)


def codes(*subscriptions, country="US", at=NOON, **fields):
    return [reason.code for reason in evaluate(Entitlements(subscriptions, **fields), country, at).reasons]


DIRECT, THROUGH_CSP = subscription("a"), subscription("b", channel="csp")
ABROAD = subscription("c", agreement="enterprise", billing_country="DE")
NEW_COMMERCE = subscription("d", agreement="newCommerce")


@pytest.mark.parametrize(
    ("subscriptions", "reasons"),
    [
        ([], []),
        ([DIRECT], []),
        ([THROUGH_CSP], [CSP]),
        ([THROUGH_CSP, subscription("e", channel="csp")], [CSP]),
        ([THROUGH_CSP, DIRECT], []),
        ([THROUGH_CSP, subscription("a", until=NOON)], [CSP]),  # the direct one has ended
        ([subscription("b", channel="csp", until=NOON)], []),
        ([ABROAD], [REGION]),
        ([ABROAD, DIRECT], [REGION]),
        ([subscription(agreement="enterprise", billing_country="US")], []),
        ([subscription(agreement="enterprise")], []),  # the billing country is not known
        ([subscription(agreement="web", billing_country="DE")], []),
        ([subscription(agreement="volumeLicensing", billing_country="DE")], []),
        ([NEW_COMMERCE], [POST_USAGE]),
        ([subscription(agreement="customerAgreement")], [POST_USAGE]),
        ([NEW_COMMERCE, DIRECT], [POST_USAGE]),
        ([subscription(agreement="newCommerce", until=NOON)], []),
        ([subscription(agreement="newCommerce", channel="csp")], [CSP, POST_USAGE]),
        ([subscription(agreement="enterprise", channel="csp", billing_country="DE")], [CSP, REGION]),
    ],
)
def test_what_stands_against_buying_credit(subscriptions, reasons):
    assert codes(*subscriptions) == reasons


@pytest.mark.parametrize(
    ("billing", "reasons"),
    [(BillingState.PREPAID, []), (BillingState.DRAINING, [POST_USAGE]), (BillingState.ACCRUING, [POST_USAGE])],
)
def test_an_account_that_pays_after_use_cannot_buy_credit(billing, reasons):
    assert codes(billing=billing) == reasons
    assert codes(DIRECT, billing=billing) == reasons
    assert codes(NEW_COMMERCE, billing=billing) == [POST_USAGE]
    assert codes(billing=billing, billing_since=NOON) == reasons
    assert codes(billing=billing, billing_since=NOON + INSTANT) == []  # it was prepaid then


@pytest.mark.parametrize(
    ("at", "is_in_force"),
    [(NOON - INSTANT, False), (NOON, True), (NOON + DAY - INSTANT, True), (NOON + DAY, False)],
)
def test_subscriptions_and_exemptions_are_half_open(at, is_in_force):
    bounds = {"from_": NOON, "until": NOON + DAY}
    assert codes(subscription(channel="csp", **bounds), at=at) == [CSP] * is_in_force
    always = subscription(agreement="enterprise", billing_country="DE", from_=NOON - DAY)
    assert codes(always, at=at, exemptions=(exemption(**bounds),)) == [REGION] * (not is_in_force)


def test_one_exemption_in_force_is_enough():
    ended, in_force = exemption(NOON - DAY, NOON), exemption(NOON, NOON + DAY)
    assert codes(ABROAD, exemptions=(ended, in_force)) == []
    assert codes(ABROAD, exemptions=(ended,)) == [REGION]


def test_an_exemption_helps_only_against_the_billing_region():
    assert codes(THROUGH_CSP, exemptions=(exemption(NOON, NOON + DAY),)) == [CSP]


def test_every_reason_has_a_detail_and_a_remedy():
    everything = subscription(agreement="enterprise", channel="csp", billing_country="DE")
    found = evaluate(Entitlements((everything,), billing=BillingState.ACCRUING), "US", NOON)
    assert [reason.code for reason in found.reasons] == [CSP, REGION, POST_USAGE]
    assert all(reason.detail and reason.remedy for reason in found.reasons)
    assert not found.is_eligible
    assert "s in DE" in found.reasons[1].detail


def test_post_usage_is_the_code_only_if_nothing_else_stands_against_it():
    assert evaluate(Entitlements((NEW_COMMERCE,)), "US", NOON).is_post_usage_alone
    assert not evaluate(Entitlements((NEW_COMMERCE, ABROAD)), "US", NOON).is_post_usage_alone
    assert not evaluate(Entitlements(), "US", NOON).is_post_usage_alone


def test_a_detail_names_a_few_subscriptions():
    many = [subscription(f"s{number}", channel="csp") for number in range(NAMED_MAX + 2)]
    [reason] = evaluate(Entitlements(tuple(many)), "US", NOON).reasons
    assert reason.detail.endswith("s0, s1, s2, s3, s4 and 2 more")


def included(*subscriptions, at=NOON, plans=("MCOPSTN1", "MCOMEETADD")):
    return [(each.code, each.detail) for each in not_needed(Entitlements(subscriptions), at, plans.__contains__)]


@pytest.mark.parametrize(
    ("subscriptions", "found"),
    [
        ([], []),
        ([subscription(plan="MCOPSTNPP")], []),
        ([subscription(plan="MCOPSTNPP", includes=("44", "1"))], ["included_destinations"]),
        ([subscription()], ["pool_minutes"]),
        ([subscription(includes=("44",))], ["included_destinations", "pool_minutes"]),
        ([subscription(licences=0)], []),
        ([subscription(includes=("44",), until=NOON)], []),
        ([subscription(includes=("44",), from_=NOON + INSTANT)], []),
    ],
)
def test_what_needs_no_credit(subscriptions, found):
    assert [code for code, _ in included(*subscriptions)] == found


def test_what_needs_no_credit_is_named_once():
    assert included(subscription(includes=("44", "1")), subscription("t", includes=("1",))) == [
        ("included_destinations", "subscriptions include calls to numbers that begin with +1, +44"),
        ("pool_minutes", "these plans include minutes in each month: MCOPSTN1"),
    ]


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (NOON - INSTANT, NOON),
        (NOON, NOON + DAY),
        (NOON + DAY, NOON + 2 * DAY),
        (NOON + 2 * DAY, NOON + 3 * DAY),
        (NOON + 3 * DAY, None),
    ],
)
def test_the_next_change_is_the_first_bound_after_an_instant(after, change):
    entitlements = Entitlements(
        (subscription(from_=NOON), subscription("t", from_=NOON + DAY, until=NOON + 2 * DAY)),
        exemptions=(exemption(NOON, NOON + 3 * DAY),),
    )
    assert next_change(entitlements, after) == change


INSTANTS = st.integers(0, 20).map(lambda days: NOON + days * DAY)
SUBSCRIPTIONS = st.builds(
    subscription,
    channel=st.sampled_from(Channel),
    agreement=st.sampled_from(Agreement),
    from_=INSTANTS,
    until=st.none() | INSTANTS,
    billing_country=st.sampled_from(["", "US", "DE"]),
)


@given(st.lists(SUBSCRIPTIONS, max_size=4), st.lists(st.builds(exemption, INSTANTS, INSTANTS), max_size=2), INSTANTS)
def test_between_two_changes_eligibility_stays_the_same(subscriptions, exemptions, at):
    entitlements = Entitlements(tuple(subscriptions), exemptions=tuple(exemptions))
    until = next_change(entitlements, at) or NOON + 50 * DAY
    for later in (at + INSTANT, until - INSTANT):
        assert evaluate(entitlements, "US", later).reasons == evaluate(entitlements, "US", at).reasons
