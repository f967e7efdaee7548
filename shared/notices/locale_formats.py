"""Amounts and dates as a locale writes them (R19)."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shared.kernel.money import MICROS, Money, minor_digits

if TYPE_CHECKING:
    from babel import Locale

LOCALE = "en"
"""For readers who named no locale, and for readers whose language has no catalogue."""

# CLDR puts a space between a code and its figures ("KWD 1.235", but "$1.24"); Babel does not.
_LETTER_AT_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class LocaleFormats:
    """The formats of amounts and times in a locale and a time zone."""

    locale: "Locale"
    zone: tzinfo

    def money(self, money: Money) -> str:
        """The amount to its currency's digits: "$12.35", "￥1,235". An amount below them is written in full: "$0.0013".

        An e-mail rounds, a statement does not; but an amount that is not zero never reads as zero.
        """
        exact = Decimal(money.micros) / MICROS
        shown = exact.quantize(Decimal(1).scaleb(-minor_digits(money.currency)), ROUND_HALF_UP)
        if exact and not shown:
            shown = exact.normalize()
        places = -int(shown.as_tuple().exponent)
        # The locale's own pattern, with the digits of a card payment (ISO 4217), not those of cash in a shop.
        pattern = copy.copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (places, places)
        written = pattern.apply(shown, self.locale, currency=money.currency, currency_digits=False)
        return _with_common_spaces(_LETTER_AT_DIGIT.sub("\u00a0", written))

    def time(self, instant: datetime) -> str:
        """Date, time of day and distance from UTC: "November 22, 2026, 4:31 PM (UTC+09:00)"."""
        from babel.dates import format_time, get_datetime_format  # noqa: PLC0415 - cold start

        local = instant.astimezone(self.zone)
        frame = str(get_datetime_format("long", locale=self.locale)).replace("'", "")
        day = self._date(local)
        hour = format_time(local, "short", tzinfo=self.zone, locale=self.locale)
        return _with_common_spaces(f"{frame.replace('{0}', hour).replace('{1}', day)} ({_distance(local)})")

    def day(self, instant: datetime) -> str:
        """The date: "November 22, 2026"."""
        return _with_common_spaces(self._date(instant.astimezone(self.zone)))

    def _date(self, local: datetime) -> str:
        """The long date. CLDR knows no ordinal numbers, which French has on the first of a month: "1er décembre"."""
        from babel.dates import format_date  # noqa: PLC0415 - cold start

        written = format_date(local, "long", locale=self.locale)
        return re.sub(r"^1(?= )", "1er", written) if self.locale.language == "fr" else written

    def month(self, month: str) -> str:
        """A calendar month such as 2026-11: "November 2026"."""
        from babel.dates import format_skeleton  # noqa: PLC0415 - cold start

        first = date.fromisoformat(f"{month}-01")
        return _with_common_spaces(format_skeleton("yMMMM", first, locale=self.locale))

    def count(self, forms: Mapping[str, str], number: int) -> str:
        """The text of *forms* for the plural category of *number*, with the number filled in: "21 минуты"."""
        return forms.get(self.locale.plural_form(number), forms["other"]).format(n=self.number(number))

    def number(self, number: int) -> str:
        """A whole number: "48,000"."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - cold start

        return _with_common_spaces(format_decimal(number, locale=self.locale))

    def country(self, code: str) -> str:
        """The name of an ISO 3166-1 country; the code where the locale has no name for it."""
        return str(self.locale.territories.get(code, code))


def locale_formats(locale: str, time_zone: str) -> LocaleFormats:
    """The formats of *locale* and *time_zone*. Unknown ones fall back to English and UTC: the e-mail must go out."""
    from babel import Locale  # noqa: PLC0415 - cold start

    return LocaleFormats(known_locale(locale) or Locale.parse(LOCALE), known_zone(time_zone) or UTC)


def known_locale(name: str) -> "Locale | None":
    """The locale that "en-GB" or "en_GB" names; None when the library knows none."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - cold start

    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return None


def decimal_mark(locale: str) -> str:
    """The mark between whole units and their fraction: a point in "en", a comma in "de" and "en-DE"."""
    from babel.numbers import get_decimal_symbol  # noqa: PLC0415 - cold start

    return get_decimal_symbol(known_locale(locale) or LOCALE)


def known_zone(name: str) -> tzinfo | None:
    """The time zone of the IANA name "Europe/Berlin"; None when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a path that leads out, a folder, an unknown name
        return None


def _distance(local: datetime) -> str:
    # Not the zone's name: Babel writes CET in one locale and +0100 in the next, and IST is three zones.
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _with_common_spaces(text: str) -> str:
    # Older mail programs show the narrow no-break space of newer CLDR versions as a box; the ordinary one they know.
    return text.replace("\u202f", "\u00a0")
