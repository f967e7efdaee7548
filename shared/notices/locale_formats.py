"""How a reader writes amounts and dates (R19)."""

import copy
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shared.kernel.money import MICROS, Money, minor_digits

if TYPE_CHECKING:
    from babel import Locale

LOCALE = "en"
"""For readers who named no locale."""

TIME_ZONE = "UTC"
"""For readers who named no time zone, of accounts that have none."""

# CLDR sets a code apart from its figures ("KWD 1.235", but "$1.24"); Babel does not.
_LETTER_AT_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class LocaleFormats:
    """A reader's locale and time zone."""

    locale: "Locale"
    zone: tzinfo

    def money(self, money: Money) -> str:
        """Return the amount to its currency's digits, "$12.35", "￥1,235"; an amount below them whole: "$0.0013".

        An e-mail rounds, a statement does not; but what is not zero never reads as zero.
        """
        exact = Decimal(money.micros) / MICROS
        shown = exact.quantize(Decimal(1).scaleb(-minor_digits(money.currency)), ROUND_HALF_UP)
        if exact and not shown:
            shown = exact.normalize()
        places = -int(shown.as_tuple().exponent)
        # The locale's own pattern, with our digits: those of a card payment (ISO 4217), not those of cash in a shop.
        pattern = copy.copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (places, places)
        written = pattern.apply(shown, self.locale, currency=money.currency, currency_digits=False)
        return _breathing(_LETTER_AT_DIGIT.sub("\u00a0", written))

    def time(self, instant: datetime) -> str:
        """Return date, time of day and distance from UTC: "November 22, 2026, 4:31 PM (UTC+09:00)"."""
        from babel.dates import format_date, format_time, get_datetime_format  # noqa: PLC0415 - cold start

        local = instant.astimezone(self.zone)
        frame = str(get_datetime_format("long", locale=self.locale)).replace("'", "")
        day = format_date(local, "long", locale=self.locale)
        hour = format_time(local, "short", tzinfo=self.zone, locale=self.locale)
        return _breathing(f"{frame.replace('{0}', hour).replace('{1}', day)} ({_distance(local)})")


def locale_formats(locale: str, time_zone: str) -> LocaleFormats:
    """Return the conventions of a reader; what is not known falls back, because the e-mail must go out."""
    from babel import Locale  # noqa: PLC0415 - cold start

    return LocaleFormats(known_locale(locale) or Locale.parse(LOCALE), known_zone(time_zone) or UTC)


def known_locale(name: str) -> "Locale | None":
    """Return the locale that "en-GB" or "en_GB" names, None when the library knows none."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - cold start

    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return None


def known_zone(name: str) -> tzinfo | None:
    """Return the time zone of the IANA name "Europe/Berlin", None when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a path that leads out, a folder, a name that is nobody's
        return None


def _distance(local: datetime) -> str:
    # Not the zone's name: what Babel calls CET in one locale is +0100 in the next, and IST is three zones.
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def _breathing(text: str) -> str:
    # The narrow no-break space of newer CLDR is a box in the fonts of older mail programs; the ordinary one is not.
    return text.replace("\u202f", "\u00a0")
