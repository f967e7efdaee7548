"""The request limit per tenant and minute: a token bucket that fills evenly."""

import pytest

from shared.kernel.ids import AccountId
from shared.service.request_limit import TENANTS_MAX, RequestLimit
from shared.settings import read_settings
from tests.fakes.world import ACCOUNT
from tests.service.test_operators import NEEDED
from tests.tenant import OTHER


class Seconds:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


def taken(limit, times, tenant=ACCOUNT):
    return sum(limit.take(tenant) is None for _ in range(times))


def test_after_an_idle_minute_a_minutes_requests_are_allowed_at_once(seconds):
    limit = RequestLimit(60, seconds)
    assert taken(limit, 100) == 60
    seconds.now += 3_600
    assert taken(limit, 100) == 60


def test_an_even_rate_is_never_refused_and_a_minute_has_at_most_twice_the_limit(seconds):
    limit = RequestLimit(60, seconds)
    taken(limit, 100)
    answered = 0
    for _ in range(600):
        seconds.now += 0.1
        answered += taken(limit, 5)
    assert answered == 60


def test_the_announced_wait_is_sufficient_and_not_too_long(seconds):
    limit = RequestLimit(30, seconds)
    assert taken(limit, 30) == 30
    wait = limit.take(ACCOUNT) or 0.0
    assert wait == pytest.approx(2.0)
    seconds.now += wait - 0.01
    assert limit.take(ACCOUNT) is not None
    seconds.now += 0.01
    assert taken(limit, 5) == 1


def test_a_refused_request_does_not_count(seconds):
    limit = RequestLimit(60, seconds)
    taken(limit, 10_000)
    seconds.now += 1.0
    assert taken(limit, 5) == 1


def test_tenants_have_separate_limits(seconds):
    limit = RequestLimit(60, seconds)
    taken(limit, 100)
    assert taken(limit, 100, OTHER) == 60


def test_the_memory_is_bounded_for_any_number_of_tenants(seconds):
    limit = RequestLimit(60, seconds)
    for number in range(TENANTS_MAX + 500):
        limit.take(AccountId(f"tenant {number}"))
    assert len(limit._full_at) == TENANTS_MAX


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("Throttle__requestsPerMinute", 1_000_000),
        ("Throttle__cardAttemptsPerHour", 1_000),
        ("Throttle__cardDeclinesPerHour", 1_000),
    ],
)
def test_an_invalid_limit_is_rejected_with_the_settings_name(name, most):
    for text in ("0", "-1", "many", "1.5", "٣", str(most + 1), "1e3", "9" * 5_000):
        with pytest.raises(ValueError, match=name):
            read_settings({**NEEDED, name: text})
    for text in ("1", " 7 ", str(most)):
        read_settings({**NEEDED, name: text})
    assert read_settings(NEEDED) == read_settings({**NEEDED, name: ""})
