"""Events with one invalid field."""

from collections.abc import Iterator, Mapping

from tests.proofs.prove.bad_input.cases import ABSENT, LONDON, Case, EventFactory, shown

KINDS: tuple[object, ...] = (ABSENT, None, "", [], {}, True)
"""Values that are invalid for every required field."""

QUOTES = ("' or 1 eq 1 or '", "x' or PartitionKey ne '", "'; drop table Ledger; --", '"', "../../a", "${jndi:x}")
LONG = "x" * 257


def invalid_fields(events: EventFactory) -> Iterator[Case]:
    """Every field in turn, with invalid values."""
    for name, values in _INVALID_VALUES.items():
        for value in values:
            yield events.case("invalid_field", f"{name}: {shown(value)}", {name: value})
    for name in ("source", "id"):
        yield events.case_without_identity("invalid_field", f"{name} of 257 characters", around={name: LONG})


def no_accounts(events: EventFactory) -> Iterator[Case]:
    """Events without a valid account, which must not affect any account."""
    account = events.account
    near = (account[:-1], f"{account}0", f"{{{account}}}", f"{account}\n", f"{account}' or '1", account[:8])
    for value in (*KINDS, 7, "default", "unattributed", *near, *QUOTES):
        yield events.case_without_identity("invalid_field", f"account: {shown(value)}", {"account": value})


INVALID_CALLERS: tuple[object, ...] = ("anonymous", "Restricted", "", [], {}, True, 4_420, ["+14255550101"])
"""Values that are not phone numbers, in a field that does not affect the price."""

_INVALID_NUMBERS = (
    442079460123,
    "442079460123",
    "tel:+442079460123",
    "+44 20 7946 0123",
    "+1",
    "+123456",
    "+999",
    "+611",
    "+1234567890123456",
    "++442079460123",
    "+",
    "*",
    "+*******",
    "+44***0123",
    "1",
    "1234567",
    "+٤٤٢٠٧٩٤٦٠١٢٣",
    f"{LONDON}\n",
    f"{LONDON}' or '1'='1",
    "+\u0000442079460123",
    LONG,
)

_INVALID_TIMES = (
    1763795335,
    "yesterday",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "2026-02-30T00:00:00Z",
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:60Z",
    "2016-12-31T23:59:60+09:00",
    "2026-01-01T00:00:00+05:99",
    "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+25:00",
    "2026-01-01T00:00:00 Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "20260101T000000Z",
    LONG,
)

_INVALID_DURATIONS = (-1, 1.5, 60.5, "60", "sixty", -(10**18))

_INVALID_VALUES: Mapping[str, tuple[object, ...]] = {
    "direction": (*KINDS, 1, "OUT", "sideways", "out ", *QUOTES),
    "service": (*KINDS, 1, "User", "fax", *QUOTES),
    "called": (*KINDS, *_INVALID_NUMBERS),
    "startedAt": (*KINDS, *_INVALID_TIMES),
    "durationSeconds": (*KINDS, *_INVALID_DURATIONS),
    "user": (*KINDS, 7, LONG),
    "capability": ("", [], {}, True, 7, LONG),
    "usageLocation": ("", [], {}, True, 7, "us", "USA", "U'"),
    "leg": ("", [], {}, True, 7, LONG),
}
