from datetime import UTC, datetime, timedelta

import pytest

from shared.kernel.times import (
    a_year_after,
    instant_text,
    next_backoff,
    next_month,
    next_nightly,
    parse_instant,
    round_up_to_second,
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T07:31:05Z", at("2026-11-22T07:31:05")),
        ("2026-11-22t07:31:05z", at("2026-11-22T07:31:05")),
        ("2026-11-22 07:31:05+00:00", at("2026-11-22T07:31:05")),
        ("2026-11-22T07:31:05.5+09:00", at("2026-11-21T22:31:05.500000")),
        ("2026-12-31T23:59:59.123456789-05:30", at("2027-01-01T05:29:59.123456")),  # cut, not rounded up
        ("2028-02-29T00:00:00Z", at("2028-02-29T00:00:00")),
        ("2026-11-22T07:31:05-00:00", at("2026-11-22T07:31:05")),  # RFC 3339: UTC, local offset unknown
        ("2026-11-22T07:31:05+23:59", at("2026-11-21T07:32:05")),
        ("2016-12-31T23:59:60Z", at("2017-01-01T00:00:00")),  # a leap second is the first instant of the next minute
        ("2016-12-31t23:59:60.999z", at("2017-01-01T00:00:00")),
        ("2017-01-01T08:59:60+09:00", at("2017-01-01T00:00:00")),
        ("1990-12-31T15:59:60-08:00", at("1991-01-01T00:00:00")),
        ("0001-01-01T00:00:00Z", at("0001-01-01T00:00:00")),
        ("9999-12-31T23:59:59.999999Z", at("9999-12-31T23:59:59.999999")),
    ],
)
def test_a_time_is_read_as_an_instant(text, instant):
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T07:31:05",  # no offset
        "2026-11-22",
        "2026-11-22T07:31Z",
        "2026-02-29T00:00:00Z",  # no such day
        "2026-13-01T00:00:00Z",
        "2026-11-22T07:31:05+0900",
        "2026-11-22T07:31:05Z\n",
        "20261122T073105Z",
        "0001-01-01T00:00:00+14:00",  # before the first year
        "9999-12-31T23:59:59-14:00",  # after the last
        "\u0662026-11-22T07:31:05Z",
        "2026-11-22T07:31:05+05:99",  # an offset has sixty minutes an hour
        "2026-11-22T07:31:05+05:60",
        "2026-11-22T07:31:05+24:00",
        "2026-11-22T24:00:00Z",
        "2026-01-01T00:00:60Z",  # no leap second there
        "2016-12-31T23:59:60+09:00",
        "2016-12-31T23:58:60Z",
        "2016-12-31T23:59:61Z",
        "9999-12-31T23:59:60Z",  # the next minute would be after the last year
    ],
)
def test_other_texts_are_not_times(text):
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (at("2026-11-22T07:31:05"), "2026-11-22T07:31:05Z"),
        (at("2026-11-22T07:31:05.000250"), "2026-11-22T07:31:05.000250Z"),
        (parse_instant("2026-11-22T07:31:05+09:00"), "2026-11-21T22:31:05Z"),
    ],
)
def test_an_instant_is_written_in_utc_and_read_back(instant, text):
    assert instant_text(instant) == text
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    ("bought", "expires"),
    [
        ("2026-03-01T12:00:00", "2027-03-01T12:00:00"),
        ("2027-03-01T12:00:00.000001", "2028-03-01T12:00:00.000001"),  # over a 29 February
        ("2028-02-28T12:00:00", "2029-02-28T12:00:00"),
        ("2028-02-29T12:00:00", "2029-02-28T12:00:00"),  # the day does not exist
        ("2028-02-29T23:59:59.999999", "2029-02-28T23:59:59.999999"),
        ("2027-12-31T23:59:59", "2028-12-31T23:59:59"),
    ],
)
def test_a_year_after_is_the_same_time_on_the_same_date(bought, expires):
    assert a_year_after(at(bought)) == at(expires)


@pytest.mark.parametrize(
    ("instant", "second"),
    [
        ("2026-03-01T12:00:00", "2026-03-01T12:00:00"),
        ("2026-03-01T12:00:00.000001", "2026-03-01T12:00:01"),
        ("2026-12-31T23:59:59.999999", "2027-01-01T00:00:00"),
    ],
)
def test_rounding_up_to_a_second_never_returns_an_earlier_instant(instant, second):
    assert round_up_to_second(at(instant)) == at(second)


@pytest.mark.parametrize(
    ("instant", "night"),
    [
        ("2026-03-01T02:04:59.999999", "2026-03-01T02:05:00"),
        ("2026-03-01T02:05:00", "2026-03-01T02:05:00"),  # at it: this very night
        ("2026-03-01T02:05:00.000001", "2026-03-02T02:05:00"),
        ("2026-12-31T12:00:00", "2027-01-01T02:05:00"),
    ],
)
def test_lots_lapse_at_the_next_nightly_run(instant, night):
    assert next_nightly(at(instant)) == at(night)


@pytest.mark.parametrize(
    ("minutes", "at"),
    [(-5, 2), (0, 2), (1.9, 2), (2, 4), (3.9, 4), (4, 8), (8, 16), (15.9, 16), (16, 26), (26, 36), (1_000, 1_006)],
)
def test_pauses_double_up_to_their_maximum(minutes, at):
    since, minute = datetime(2026, 3, 1, 12, tzinfo=UTC), timedelta(minutes=1)
    found = next_backoff(since, since + minutes * minute, 2 * minute, 10 * minute)
    assert (found - since) / minute == at


@pytest.mark.parametrize(
    ("instant", "first"),
    [
        ("2026-03-01T00:00:00", "2026-04-01T00:00:00"),
        ("2026-03-31T23:59:59", "2026-04-01T00:00:00"),
        ("2026-12-15T12:00:00", "2027-01-01T00:00:00"),
        ("2026-01-31T12:00:00", "2026-02-01T00:00:00"),
    ],
)
def test_a_month_ends_where_the_next_begins(instant, first):
    assert next_month(at(instant)) == at(first)
