"""`asterisk-csv`: Asterisk's `Master.csv` (cdr_csv). It has no titles, and 16 to 21 columns by configuration.

Times are local unless `usegmtime=yes`. A ring group writes a row for each phone that rang, and a transfer two answered
rows, all with one `uniqueid`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.kernel.ids import digest
from shared.readers.csv_records import Cells, of_one_form
from shared.readers.profile import Reading
from shared.readers.row import NOT_ANSWERED, OTHER_LEG, Broken, IgnoredRecordError
from shared.readers.values import instant_of, number_of, required, seconds_of, started, text_of

_BASE = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata"),
    *("start", "answer", "end", "duration", "billsec", "disposition", "amaflags"),
)
_NEW = ("peeraccount", "linkedid", "sequence")
_BY_COUNT: Mapping[int, tuple[str, ...]] = {
    len(names): names
    for names in (
        _BASE,
        (*_BASE, "uniqueid"),
        (*_BASE, "uniqueid", "userfield"),
        (*_BASE, *_NEW),
        (*_BASE, "uniqueid", *_NEW),
        (*_BASE, "uniqueid", "userfield", *_NEW),
    )
}
"""The columns by their number: `loguniqueid`, `loguserfield` and `newcdrcolumns` of cdr.conf add some."""

_EXTENSION_DIGITS_MAX = 6
_REPEATING = "local/"
_DIAL = "dial"
_FROM_OUTSIDE = re.compile(
    r"from-(trunk|pstn|did|external|outside|dahdi|zaptel|digital)|ext-did|incoming|inbound", re.IGNORECASE
)
"""How contexts of calls from outside begin: FreePBX's names, and common ones."""


def named(rows: Iterator[Cells]) -> Iterator[tuple[str, object]]:
    """Place and record by column; a first row of titles is understood. UnreadableFileError as `of_one_form` says."""
    return of_one_form(_named(rows))


def _named(rows: Iterator[Cells]) -> Iterator[tuple[str, object]]:
    titles: Sequence[str] | None = None
    for number, row in enumerate(rows):
        place, cells = f"line {row.line}", row.cells
        if isinstance(cells, Broken):
            yield place, cells
        elif number == 0 and "uniqueid" in cells and "dst" in cells:
            titles = cells
        else:
            names = titles or _BY_COUNT.get(len(cells))
            found = Broken(f"{len(cells)} columns; 16 to 21 are known", ",".join(cells)[:1_000])
            yield place, found if names is None else dict(zip(names, cells, strict=False))


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one row. Rows that were not answered are not billed, even with billed seconds: a menu may have
    answered and the phone not. A `Local/` channel repeats a call that another row has.
    """
    channel = text_of(record, "channel") or ""
    if required(record, "disposition").upper() != "ANSWERED":
        raise IgnoredRecordError(NOT_ANSWERED)
    direction, user = _parties(record, reading)
    if direction == "ignore" or channel.lower().startswith(_REPEATING):
        raise IgnoredRecordError(OTHER_LEG)
    code = text_of(record, "accountcode")
    account = reading.account_for(code, text_of(record, "dcontext"))
    country = reading.country_of(account)
    birth = _birth(record)
    data = {
        "account": account,
        "user": user,
        "direction": direction,
        "service": "user" if user else reading.profile.service,
        "calling": number_of(text_of(record, "src"), country),
        "called": number_of(required(record, "dst"), country),
        "startedAt": started(instant_of(record, reading.profile.time_zone, "start", after=birth), "start"),
        "durationSeconds": seconds_of(record, "billsec"),
    }
    system, name = _identity(record)
    return reading.event(system, name, data)


def _parties(record: Mapping[str, Any], reading: Reading) -> tuple[str, str | None]:
    """Direction and paying extension. The profile decides by context; otherwise a call that ends in the exchange, at an
    extension or an application, is inbound, and everything else outbound.
    """
    src, dst = text_of(record, "src") or "", required(record, "dst")
    set_by_profile = reading.profile.contexts.get(text_of(record, "dcontext") or "")
    direction = set_by_profile or ("in" if _ends_inside(record, dst, src) else "out")
    paying = src if direction == "out" or _is_extension(src) else dst
    return direction, paying if _is_extension(paying) else None


def _ends_inside(record: Mapping[str, Any], dst: str, src: str) -> bool:
    """Whether a call reaches an extension or an application of the exchange, not a trunk. A long called number may be
    one that callers from outside dial (DID).
    """
    caller, peer = _peer(record, "channel"), _peer(record, "dstchannel")
    if len(dst) <= _EXTENSION_DIGITS_MAX:
        return peer in {"", dst} or not _is_extension(src)
    if _is_extension(src) or _is_numbered(caller):
        return False
    if peer == "":
        return (text_of(record, "lastapp") or _DIAL).lower() != _DIAL
    return _is_numbered(peer) or (peer != caller and _FROM_OUTSIDE.match(text_of(record, "dcontext") or "") is not None)


def _peer(record: Mapping[str, Any], channel: str) -> str:
    """The peer of a channel: `1001` of `PJSIP/1001-00000007`."""
    return (text_of(record, channel) or "").rpartition("-")[0].rpartition("/")[2]


def _is_numbered(peer: str) -> bool:
    return _is_extension(peer) and peer.isdecimal()


def _is_extension(number: str) -> bool:
    return 0 < len(number) <= _EXTENSION_DIGITS_MAX and number.isalnum()


def _birth(record: Mapping[str, Any]) -> datetime | None:
    """When the channel came to be: the seconds since 1970 before the dot of its id. It settles the autumn hour."""
    text = (text_of(record, "uniqueid", "linkedid") or "").rpartition("-")[2].partition(".")[0]
    return datetime.fromtimestamp(int(text), UTC) if text.isdecimal() and len(text) == 10 else None  # noqa: PLR2004 - until the year 2286


def _identity(record: Mapping[str, Any]) -> tuple[str, str]:
    """System and id: the channel's id and the row's sequence, or what else differs between its rows. The latter is
    digested, because a channel's name may contain a telephone number (R27).
    """
    unique = text_of(record, "uniqueid", "linkedid") or digest(required(record, "channel"))[:32]
    sequence = text_of(record, "sequence")
    system = unique.rpartition("-")[0] if "-" in unique else "default"
    if sequence is not None:
        return system, f"{unique}/{sequence}"
    row = digest(text_of(record, "dstchannel") or "", text_of(record, "start") or "")[:16]
    return system, f"{unique}/{row}"
