from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from shared.kernel.money import MICROS, Money
from shared.notices.locale_formats import known_locale, known_zone, locale_formats

MORNING = datetime(2026, 11, 22, 7, 31, 5, tzinfo=UTC)
NB = "\u00a0"


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "shown"),
    [
        ("en-US", "1234.5", "USD", "$1,234.50"),
        ("en-US", "1234.567891", "USD", "$1,234.57"),
        ("en-US", "0.005", "USD", "$0.01"),  # half up
        ("en-US", "0.004999", "USD", "$0.004999"),  # not zero, so it does not read as zero
        ("en-US", "0.0013", "USD", "$0.0013"),
        ("en-US", "0.000001", "USD", "$0.000001"),
        ("en-US", "-0.0013", "USD", "-$0.0013"),
        ("en-US", "3.0013", "USD", "$3.00"),
        ("en-US", "0", "USD", "$0.00"),
        ("ja", "7500", "JPY", "￥7,500"),
        ("ja", "320.5", "JPY", "￥321"),
        ("ja", "0.4", "JPY", "￥0.4"),
        ("ja", "0", "JPY", "￥0"),
        ("ja", "1234.5", "USD", "$1,234.50"),
        ("fr-FR", "1234.5", "EUR", f"1{NB}234,50{NB}€"),
        ("fr-FR", "50", "USD", f"50,00{NB}$US"),
        ("ru", "1234.5", "USD", f"1{NB}234,50{NB}$"),
        ("de-CH", "1234.5", "CHF", "CHF\u00a01'234.50"),
        ("en-GB", "40", "GBP", "£40.00"),
        ("en-US", "1.2345", "KWD", f"KWD{NB}1.235"),
        ("en-US", "1.5", "ISK", f"ISK{NB}2"),  # no minor unit since 2003
    ],
)
def test_money_is_formatted_by_locale_with_the_digits_of_its_currency(locale, amount, currency, shown):
    assert locale_formats(locale, "UTC").money(Money(int(Decimal(amount) * MICROS), currency)) == shown


@pytest.mark.parametrize(
    ("locale", "zone", "shown"),
    [
        ("en-US", "UTC", f"November 22, 2026, 7:31{NB}AM (UTC)"),
        ("en-US", "America/New_York", f"November 22, 2026, 2:31{NB}AM (UTC-05:00)"),
        ("en-GB", "Europe/London", "22 November 2026, 07:31 (UTC)"),
        ("ja", "Asia/Tokyo", "2026年11月22日 16:31 (UTC+09:00)"),
        ("fr", "Europe/Paris", "22 novembre 2026, 08:31 (UTC+01:00)"),
        ("ru", "Asia/Kolkata", f"22 ноября 2026{NB}\u0433., 13:01 (UTC+05:30)"),
        ("en-US", "Pacific/Auckland", f"November 22, 2026, 8:31{NB}PM (UTC+13:00)"),
        ("en-US", "America/St_Johns", f"November 22, 2026, 4:01{NB}AM (UTC-03:30)"),
    ],
)
def test_times_are_formatted_by_locale_in_the_recipients_time_zone(locale, zone, shown):
    assert locale_formats(locale, zone).time(MORNING) == shown


def test_a_time_follows_summer_time_and_the_date_line():
    evening = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert locale_formats("fr", "Europe/Paris").time(evening) == "1er juillet 2026, 00:30 (UTC+02:00)"


def test_the_offset_of_an_instant_does_not_matter():
    elsewhere = MORNING.astimezone(timezone(timedelta(hours=-3)))
    assert locale_formats("ja", "Asia/Tokyo").time(elsewhere) == locale_formats("ja", "Asia/Tokyo").time(MORNING)


@pytest.mark.parametrize(
    "locale", ["", "xx", "klingon", "../../etc/passwd", "en_US_POSIX_x_y_z", "ja\r\nBcc:", "e" * 500]
)
def test_an_unknown_locale_falls_back_to_english(locale):
    assert known_locale(locale) is None
    assert locale_formats(locale, "UTC").money(Money.parse("50", "USD")) == "$50.00"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "America", "../../etc/passwd", "/etc/passwd", "a\0b", "x" * 500])
def test_an_unknown_time_zone_falls_back_to_utc(zone):
    assert known_zone(zone) is None
    assert locale_formats("ja", zone).time(MORNING) == "2026年11月22日 7:31 (UTC)"


def test_locales_may_have_hyphen_or_underscore():
    assert known_locale("zh-Hant-TW") == known_locale("zh_Hant_TW") is not None


@pytest.mark.parametrize("locale", ["fr", "fr-CA"])
def test_the_first_of_a_month_is_an_ordinal_number_in_french(locale):
    formats = locale_formats(locale, "UTC")
    assert [formats.day(datetime(2026, 12, day, tzinfo=UTC)) for day in (1, 2, 11)] == [
        "1er décembre 2026",
        "2 décembre 2026",
        "11 décembre 2026",
    ]
