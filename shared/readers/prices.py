"""What a carrier asks for a call, where its record says so: the exports' prices, for reconciliation (R29).

Sources: Microsoft's "PSTN usage report" and "pstnCallLogRow resource type" (`charge` is what the call cost);
twilio-oai, twilio_api_v2010 (`price` is negative, and null until the call is priced).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from shared.kernel.money import Money
from shared.readers.csv_records import Columns
from shared.readers.profile import Profile, Reading
from shared.readers.row import Usage
from shared.readers.values import text_of

DIGITS_MAX = 20
"""Digits before or after the point that are read as an amount at all."""

_CENT = 10_000
_TEAMS = Columns((("price", ("Charge",)), ("currency", ("Currency",))), ())
_CSV = Columns((("price", ("price",)), ("currency", ("currency",))), ())


@dataclass(frozen=True, slots=True)
class Price:
    """What a call costs at the carrier. The export rounds it to multiples of *step* micro-units; 0: it is exact."""

    money: Money
    step: int = 0


def price_of(row: Usage, reading: Reading) -> Price | None:
    """The price in a record of the reading's format; None where there is none that can be read."""
    if reading.format == "cloudevents":
        return _of_data(row.event.get("data"))
    read = _PRICES.get(reading.format)
    return read(row.record, reading.profile) if read else None


def _money(amount: object, currency: object) -> Money | None:
    try:
        value = Decimal(str(amount)).copy_abs()
        if not value.is_finite() or abs(value.adjusted()) > DIGITS_MAX:
            return None
        return Money.parse(f"{value.normalize():f}", str(currency).strip().upper())
    except (InvalidOperation, ValueError):
        return None


def _named(amount: str, currency: str) -> Callable[[Mapping[str, Any], Profile], Price | None]:
    def read(record: Mapping[str, Any], _profile: Profile) -> Price | None:
        money = _money(text_of(record, amount), text_of(record, currency))
        return Price(money) if money else None

    return read


def _titled(columns: Columns, step: int) -> Callable[[Mapping[str, Any], Profile], Price | None]:
    def read(record: Mapping[str, Any], profile: Profile) -> Price | None:
        row = columns.fields(record, profile.columns)
        money = _money(text_of(row, "price"), text_of(row, "currency"))
        return Price(money, step) if money else None

    return read


def _of_data(data: object) -> Price | None:
    named = data.get("price") if isinstance(data, Mapping) else None
    money = _money(named.get("amount"), named.get("currency")) if isinstance(named, Mapping) else None
    return Price(money) if money else None


_PRICES: Mapping[str, Callable[[Mapping[str, Any], Profile], Price | None]] = {
    "teams-pstn": _titled(_TEAMS, _CENT),
    "graph-pstn": _named("charge", "currency"),
    "twilio-calls": _named("price", "price_unit"),
    "csv": _titled(_CSV, 0),
}
