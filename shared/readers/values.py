"""Values of records -> values of a usage event: texts, seconds, instants, telephone numbers."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import CountryCodeSource

from shared.kernel.times import instant_text, parse_instant
from shared.readers.row import INVALID_FIELD, RefusedRecordError

ABSENT = frozenset({"", "null", "none", "n/a"})

_SHORT_DIGITS_MAX = 6
_DIALLED_MAX = 30
"""Digits of the longest number with prefixes; numbers that were looked up are kept in memory."""
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NUMBER_MAX = 10**11
"""Seconds since 1970 until the year 5138, and milliseconds of three years."""
_YEAR_MIN = 1970
_SECONDS_END = len("2026-11-22T07:28:55")
_PUNCTUATION = re.compile(r"[\s().\-/\\'\u00a0\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069\ufeff]")
"""What people, spreadsheets and switches put into numbers, marks that nobody sees among them."""

_DIALLED = re.compile(r"\+?[0-9]+\**")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?", re.ASCII)
_FRACTION = re.compile(r"(?<=\.\d{9})\d+")
_OFFSET = re.compile(r"(?<=\d) ?([+-]\d\d):?(\d\d)", re.ASCII)
_UTC = re.compile(r"(?<=\d) (?:UTC|GMT|Z)", re.IGNORECASE)


def text_of(record: Mapping[str, Any], *names: str) -> str | None:
    """The first field among *names* that has a value, as text without spaces around it. The text `null` is no value."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str | int | Decimal | float) and not isinstance(value, bool):
            text = str(value).strip()
            if text.lower() not in ABSENT:
                return text
    return None


def required(record: Mapping[str, Any], *names: str) -> str:
    """Like `text_of`; `RefusedRecordError` when none has a value."""
    found = text_of(record, *names)
    if found is None:
        raise RefusedRecordError(INVALID_FIELD, f"{names[0]}: required")
    return found


def seconds_of(record: Mapping[str, Any], *names: str) -> int:
    """Whole seconds, also written as text such as "52", "52.0" or ".4"; a part of a second counts as a whole one."""
    value = number_in(required(record, *names))
    if value is None:
        raise RefusedRecordError(INVALID_FIELD, f"{names[0]}: whole seconds are required")
    return math.ceil(value)


def number_in(text: str) -> Decimal | None:
    """A decimal number from 0 to `_NUMBER_MAX`; None for anything else. A number such as 1e999999999 is compared, and
    never written out.
    """
    if not _NUMBER.fullmatch(text):
        return None
    value = Decimal(text)
    return value if 0 <= value < _NUMBER_MAX else None


def epoch_of(record: Mapping[str, Any], *names: str) -> datetime | None:
    """Seconds since 1970 as an instant; None for 0, which means never."""
    found = text_of(record, *names)
    value = Decimal(0) if found is None else number_in(found)
    if value is None:
        raise RefusedRecordError(INVALID_FIELD, f"{names[0]}: seconds since 1970 are required")
    return datetime.fromtimestamp(int(value), UTC) if value >= 1 else None


def instant_of(record: Mapping[str, Any], zone: str, *names: str, after: datetime | None = None) -> datetime | None:
    """ISO 8601 as an instant, in *zone* where it has no offset; *after* settles which of two equal local times it is.
    None when it is missing, or of the year 1, with which .NET writes a missing date.
    """
    found = text_of(record, *names)
    if found is None:
        return None
    try:
        if _LOCAL.fullmatch(found):
            return _local_instant(found, zone, after)
        at = parse_instant(_rfc_3339(found))
    except (ValueError, OverflowError) as error:
        raise RefusedRecordError(INVALID_FIELD, f"{names[0]}: {error}") from error
    return at if at.year >= _YEAR_MIN else None


def _rfc_3339(text: str) -> str:
    """The same time without what only ISO 8601 and .NET allow: a space before the offset, and one without a colon."""
    for form, written in ((_UTC, "Z"), (_OFFSET, r"\1:\2")):
        match = form.search(text)
        if match and match.end() == len(text) and match.start() >= _SECONDS_END:
            text = text[: match.start()] + match.expand(written)
    return _FRACTION.sub("", text)


def _local_instant(text: str, zone: str, after: datetime | None) -> datetime | None:
    match = _LOCAL.fullmatch(text)
    assert match is not None, "checked by the caller"
    local = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    if local.year < _YEAR_MIN:
        return None
    where = zone_of(zone)
    both = [local.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1)]
    real = [at for at in dict.fromkeys(both) if at.astimezone(where).replace(tzinfo=None) == local]
    if not real:
        raise ValueError(f"there is no such time in {zone}")
    if len(real) == 1:
        return real[0]
    if after is None:
        raise ValueError(f"the time occurs twice in {zone}, and nothing in the record says which it is")
    return next((at for at in real if at >= after - timedelta(seconds=2)), real[-1])


@lru_cache(maxsize=100)
def zone_of(name: str) -> ZoneInfo:
    """The time zone *name*; ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, LookupError, ValueError) as error:
        raise ValueError(f"there is no time zone {name[:64]!r}") from error


def started(at: datetime | None, name: str) -> str:
    """The text of a call's start; *name* is the field that must have it."""
    if at is None:
        raise RefusedRecordError(INVALID_FIELD, f"{name}: required")
    return instant_text(at)


def country_code(text: str | None) -> str | None:
    """An ISO 3166-1 alpha-2 code; None for anything else."""
    code = (text or "").upper()
    return code if _COUNTRY.fullmatch(code) else None


def number_of(text: str | None, country: str | None) -> str | None:
    """A number as `called` and `calling` have it (CONTRACT 1): international with a plus, perhaps masked, or short. A
    national number is read in *country*. What is not a number, such as `anonymous` or `client:anna`, stays as it is;
    the ledger refuses it as a called number.
    """
    if text is None:
        return None
    whole = unquote(text).strip() if "%" in text else text
    scheme, _, address = whole.partition(":")
    dialled = address.partition("@")[0] if scheme.lower() in {"sip", "sips", "tel"} else whole
    dialled = _PUNCTUATION.sub("", dialled.partition(";")[0])
    if not _DIALLED.fullmatch(dialled):
        return whole
    if dialled.startswith("+") or len(dialled) <= _SHORT_DIGITS_MAX:
        return dialled
    if "*" in dialled or len(dialled) > _DIALLED_MAX:
        return whole
    return _international(dialled, country) or dialled


@lru_cache(maxsize=10_000)
def _international(dialled: str, country: str | None) -> str | None:
    """A number dialled in *country* with its country code: by the country's own rules, or after `00` or `011`, with
    which a switch may be set to dial abroad anywhere. None when no number has that length, such as one with a routing
    prefix: with a guessed country code it would be rated as another number.
    """
    own = _possible(dialled, country)
    if own is not None and own.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD:
        return _e164(own)
    after_00 = _possible(f"+{dialled[2:]}", None) if dialled.startswith("00") else None
    after_011 = _possible(f"+{dialled[3:]}", None) if dialled.startswith("011") else None
    found = after_00 or own or after_011
    return _e164(found) if found else None


def _possible(text: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    """The number in *text* as *country* reads it, if a number there may have its length."""
    try:
        number = phonenumbers.parse(text, country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    length = phonenumbers.is_possible_number_with_reason(number)
    return number if length == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
