"""Numbers and times as telephony systems write them."""

import pytest

from shared.readers.freeswitch_json import read
from shared.readers.profile import Reading
from shared.readers.row import RefusedRecordError
from shared.readers.values import _international, epoch_of, instant_of, number_of, seconds_of
from tests.readers.samples.sample import ACCOUNT
from tests.readers.samples.switches import freeswitch

ABROAD = "+442079460123"


@pytest.mark.parametrize(
    ("dialled", "country", "number"),
    [
        ("011442079460123", "US", ABROAD),
        ("00442079460123", "US", ABROAD),
        ("00442079460123", "DE", ABROAD),
        ("00442079460123", None, ABROAD),
        ("011442079460123", "GB", ABROAD),
        ("0011442079460123", "AU", ABROAD),
        ("0061491570156", "AU", "+61491570156"),
        ("4255550100", "US", "+14255550100"),
        ("14255550100", "US", "+14255550100"),
        ("020 7946 0123", "GB", ABROAD),
        ("030123456", "DE", "+4930123456"),
        ("0669812345", "IT", "+390669812345"),
        ("%2B442079460123", "US", ABROAD),
        ("sip:+442079460123@203.0.113.9;user=phone", "US", ABROAD),
        ("tel:+44-20-7946-0123", "US", ABROAD),
        ("\u202a+44\u00a020\u20117946\u20110123\u202c", "US", ABROAD),
        ("'+442079460123", "US", ABROAD),
        (r"\+442079460123", "US", ABROAD),
        ("911", "US", "911"),
        ("+1425555***", "US", "+1425555***"),
    ],
)
def test_a_number_is_international_whatever_was_dialled(dialled, country, number):
    assert number_of(dialled, country) == number


@pytest.mark.parametrize(
    ("dialled", "country"),
    [
        ("914255550100", "US"),  # an outside line's 9: with a plus it would be in India
        ("9011442079460123", "US"),
        ("442079460123", "US"),
        ("442079460123", None),
        ("5550100", "US"),  # without its area code
        ("1425555***", "US"),
        ("0" * 31, None),
        ("anonymous", "US"),
        ("b002179144511001", "US"),
        ("client:anna", "US"),
    ],
)
def test_what_is_no_number_of_its_country_is_not_turned_into_another_one(dialled, country):
    assert number_of(dialled, country) == dialled


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-01T11:00:00.2589935Z", "2026-03-01T11:00:00.258993+00:00"),
        ("2026-03-01 12:00:00 +01:00", "2026-03-01T11:00:00+00:00"),
        ("2026-03-01 11:00:00.2589935 +00:00", "2026-03-01T11:00:00.258993+00:00"),
        ("2026-03-01T12:00:00+0100", "2026-03-01T11:00:00+00:00"),
        ("2026-03-01 11:00:00 UTC", "2026-03-01T11:00:00+00:00"),
        ("2026-03-01 12:00:00", "2026-03-01T11:00:00+00:00"),
    ],
)
def test_a_time_is_an_instant_with_or_without_an_offset(written, utc):
    at = instant_of({"at": written}, "Europe/Berlin", "at")
    assert at is not None
    assert at.isoformat() == utc


@pytest.mark.parametrize("written", ["03/01/2026 11:00:00", "2026-03-01", "2026-03-01T11:00:00 +25:00", "45983.5"])
def test_a_time_that_can_be_read_in_two_ways_is_refused(written):
    with pytest.raises(RefusedRecordError, match="at: a time is RFC 3339 with an offset"):
        instant_of({"at": written}, "UTC", "at")


@pytest.mark.parametrize(
    ("written", "seconds"), [("52", 52), (" 52.0 ", 52), (".4", 1), ("5.", 5), ("1e2", 100), ("0", 0)]
)
def test_seconds_are_whole_and_a_part_of_one_counts(written, seconds):
    assert seconds_of({"seconds": written}, "seconds") == seconds


def test_numbers_of_any_length_do_not_fill_the_memory():
    before = _international.cache_info().currsize
    for number in range(100):
        number_of(f"{number}" * 1_000, "US")
    assert _international.cache_info().currsize == before


HUGE = "1e999999999"
"""Written out it would fill the memory, which no try could catch."""

WRONG = ["-1", "nan", "inf", HUGE, "1_000", "0x10", "1,5", "00:01:00", "\u0661\u0663", "=65"]


@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_number_of_seconds_is_refused_at_once(written):
    with pytest.raises(RefusedRecordError, match="whole seconds"):
        seconds_of({"seconds": written}, "seconds")
    with pytest.raises(RefusedRecordError, match="seconds since 1970"):
        epoch_of({"at": written}, "at")
    with pytest.raises(RefusedRecordError, match="milliseconds"):
        read(freeswitch(billmsec=written), Reading("freeswitch-json", ACCOUNT))
