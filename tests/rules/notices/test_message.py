import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import AMOUNT_MAX, Money
from shared.ledger.pause import PauseReason
from shared.notices.account_kinds import (
    AutoRecharge,
    ExpiryAhead,
    LowBalance,
    MonthlyStatement,
    PoolLevel,
    PostUsage,
    PostUsageStage,
    Recovered,
    Review,
)
from shared.notices.brake_notice import BrakeCause, Braked
from shared.notices.decline_reason import DeclineReason, decline_reason
from shared.notices.kinds import (
    AuthenticationNeeded,
    AutoRechargeOff,
    AutoRechargePaused,
    BalanceZero,
    CapReached,
    CardExpires,
    Chargeback,
    ChargebackStage,
    ChargedCard,
    OffReason,
    RechargeFailed,
    RechargeSucceeded,
    Refunded,
)
from shared.notices.message import notice_from, notice_json
from shared.notices.notice import KINDS, Kind, kind_of
from tests.rules.notices.samples import EVERY

AT = datetime(2026, 11, 22, 7, 31, 5, tzinfo=UTC)

instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
moneys = st.builds(Money, st.integers(-AMOUNT_MAX, AMOUNT_MAX), st.sampled_from(["USD", "JPY", "KWD"]))
cards = st.none() | st.builds(ChargedCard, st.text(max_size=20), st.text(max_size=4))
causes = st.builds(BrakeCause, st.text(max_size=9), st.text(max_size=9), moneys, moneys)
notices = (
    st.builds(RechargeSucceeded, instants, moneys, moneys, cards)
    | st.builds(RechargeFailed, instants, moneys, moneys, st.sampled_from(DeclineReason), cards, st.none() | instants)
    | st.builds(AuthenticationNeeded, instants, moneys, moneys, cards, st.none() | instants)
    | st.builds(AutoRechargeOff, instants, st.sampled_from(OffReason))
    | st.builds(CardExpires, instants, st.builds(ChargedCard, st.text(), st.text()), st.text(), st.integers())
    | st.builds(BalanceZero, instants, moneys, st.sampled_from(AutoRecharge))
    | st.builds(
        AutoRechargePaused,
        instants,
        st.sampled_from(PauseReason),
        moneys,
        st.none() | moneys,
        st.none() | instants,
    )
    | st.builds(LowBalance, instants, moneys, moneys, st.sampled_from(AutoRecharge))
    | st.builds(Braked, instants, st.lists(causes, max_size=3).map(tuple))
    | st.builds(Recovered, instants, moneys)
    | st.builds(ExpiryAhead, instants, moneys, instants, st.sampled_from((90, 30, 7, 1)), moneys, moneys)
    | st.builds(PoolLevel, instants, st.sampled_from((80, 100)), *[st.text()] * 5, st.integers(), st.integers())
    | st.builds(PostUsage, instants, st.sampled_from(PostUsageStage), moneys)
    | st.builds(Review, instants, st.sampled_from((1, 2)), moneys, st.none() | moneys, st.none() | moneys)
    | st.builds(MonthlyStatement, instants, st.text(), moneys, st.integers(), st.text(), st.booleans())
    | st.builds(Refunded, instants, moneys, moneys, st.booleans())
    | st.builds(Chargeback, instants, moneys, moneys, st.sampled_from(ChargebackStage))
    | st.builds(CapReached, instants, st.sampled_from((80, 90, 100)), moneys, moneys, instants)
)


@given(notices)
def test_a_notice_is_read_back_from_its_queue_message(notice):
    assert notice_from(json.loads(json.dumps(notice_json(notice)))) == notice


def test_a_notices_queue_message_is_plain_json():
    failed = RechargeFailed(
        AT,
        Money.parse("50", "USD"),
        Money.parse("3.2", "USD"),
        DeclineReason.EXPIRED_CARD,
        None,
        AT + timedelta(hours=1),
    )
    assert notice_json(failed) == {
        "kind": "rechargeFailed",
        "at": "2026-11-22T07:31:05Z",
        "amount": {"amount": "50.000000", "currency": "USD"},
        "balance": {"amount": "3.200000", "currency": "USD"},
        "reason": "expired_card",
        "card": None,
        "nextAttempt": "2026-11-22T08:31:05Z",
    }


def test_every_kind_of_the_contract_has_a_record():
    assert set(Kind) == set(KINDS)
    assert [kind_of(notice) for notice in EVERY] == [notice_json(notice)["kind"] for notice in EVERY]
    assert {kind_of(notice) for notice in EVERY} == set(KINDS)


ZERO = notice_json(BalanceZero(AT, Money(0, "USD"), AutoRecharge.OFF))


def test_unknown_fields_are_ignored():
    assert notice_from({**ZERO, "pools": []}) == BalanceZero(AT, Money(0, "USD"), AutoRecharge.OFF)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"kind": "poolUsedUp"},
        {"kind": []},
        {**ZERO, "at": "yesterday"},
        {**ZERO, "at": None},
        {**ZERO, "overdraft": "0"},
        {**ZERO, "overdraft": {"amount": 0, "currency": "USD"}},
        {**ZERO, "autoRecharge": "perhaps"},
        {name: value for name, value in ZERO.items() if name != "overdraft"},
    ],
)
def test_other_messages_are_rejected(facts):
    with pytest.raises(ValueError, match=r"."):
        notice_from(facts)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("insufficient_funds", DeclineReason.INSUFFICIENT_FUNDS),
        ("expired_card", DeclineReason.EXPIRED_CARD),
        ("lost_card", DeclineReason.LOST_CARD),
        ("stolen_card", DeclineReason.STOLEN_CARD),
        ("authentication_required", DeclineReason.AUTHENTICATION_REQUIRED),
        ("incorrect_cvc", DeclineReason.WRONG_DETAILS),
        ("generic_decline", DeclineReason.GENERIC),
        ("a_code_of_next_year", DeclineReason.GENERIC),
        ("", DeclineReason.GENERIC),
    ],
)
def test_a_decline_code_is_translated_to_an_actionable_reason(code, reason):
    assert decline_reason(code) is reason
