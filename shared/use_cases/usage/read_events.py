"""The events of a message: calls as they are, and the calls in records of other formats (CONTRACT 1 and 6)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.kernel.ids import AccountId, digest
from shared.kernel.unique_names import DuplicateMemberError
from shared.readers.formats import read_records
from shared.readers.profile import Reading
from shared.readers.row import Ignored, RefusedRecord, Row, Usage
from shared.service.flaw_details import detail_of
from shared.service.services import Services
from shared.telemetry.instruments import IGNORED
from shared.use_cases.usage.envelope import MISSING, Named, data_of, read_event
from shared.use_cases.usage.message import Parsed, read_element, read_elements
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.source_profile import FormatName, Guid, ProfileMissingError, profile_for

RECORDS, FILE = "credits.usage.records.v1", "credits.usage.file.v1"

KEPT_CHARACTERS = 60_000
"""The longest record that is kept in suspense as it is: an item has to fit into one row of a table."""

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)


class Source(BaseModel):
    """What the records of a message or file are, and whose. *sender*: the only account that they may belong to."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)

    format: FormatName
    account: Guid | None = None
    profile: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    sender: Guid | None = None


class Records(Source):
    """The data of an event with records of another format."""

    records: list[Any]


async def read_events(services: Services, elements: Sequence[Parsed | Nameless]) -> list[Named | Nameless]:
    """The events of one message, and of the records in it. Raises `UnavailableError`."""
    found: list[Named | Nameless] = []
    for element in elements:
        if isinstance(element, Nameless):
            found.append(element)
        elif type_of(element) == RECORDS:
            found += await _events_in(services, element)
        else:
            found.append(read_event(element))
    return found


async def read_suspended_bytes(services: Services, raw: bytes, reason: str) -> list[Named | Nameless]:
    """The events in a suspense item without identity: an unreadable message or part of one, or else one element."""
    return await read_events(services, read_elements(raw) if reason == Reason.UNREADABLE else [read_element(raw)])


def type_of(element: Parsed) -> object:
    """The type of an event; None when it has none."""
    return element.value.get("type") if isinstance(element.value, dict) else None


async def _events_in(services: Services, element: Parsed) -> list[Named | Nameless]:
    data = imported_data(element)
    if isinstance(data, Unbookable):
        return [Nameless(element.text.encode(), data)]
    try:
        records = Records.model_validate(dict(data))
        reading = await reading_of(services, records)
    except ValidationError as error:
        return [Nameless(element.text.encode(), invalid(error))]
    except ProfileMissingError as error:
        return [Nameless(element.text.encode(), Unbookable(Reason.INVALID_FIELD, f"profile: {error}"))]
    return items_of(read_records(records.records, reading), records)


def imported_data(element: Parsed) -> Mapping[str, Any] | Unbookable:
    """The data of an event that names records or a file, or what is wrong with its envelope."""
    envelope = element.value
    assert isinstance(envelope, dict), "it has a type"
    if envelope.get("specversion") != "1.0":
        return Unbookable(Reason.NOT_CLOUDEVENTS, "specversion is not 1.0")
    for name in ("source", "id"):
        if not isinstance(envelope.get(name), str) or not envelope[name]:
            return Unbookable(Reason.NOT_CLOUDEVENTS, MISSING.format(name))
    try:
        data = data_of(envelope)
    except DuplicateMemberError:
        return Unbookable(Reason.UNREADABLE, "data_base64 is not I-JSON")
    return Unbookable(Reason.NOT_CLOUDEVENTS, "data is missing or not a JSON object") if data is None else data


def invalid(error: ValidationError) -> Unbookable:
    """The first field that is wrong; never its value."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"][:1])
    return Unbookable(Reason.INVALID_FIELD, f"{field}: {detail_of(first)}")


async def reading_of(services: Services, source: Source) -> Reading:
    """How the records of *source* are read. Raises `ProfileMissingError` and `UnavailableError`."""
    profile = await profile_for(services, source.profile, source.format)
    accounts = dict.fromkeys(AccountId(each) for each in (source.account, *profile.account_of.values()) if each)
    terms = [await services.terms(account) for account in accounts]
    return Reading(
        format=source.format,
        account=source.account,
        profile=profile,
        is_bound=source.sender is not None,
        countries={each.account: each.country for each in terms if each is not None},
    )


def items_of(rows: Iterable[Row], source: Source) -> list[Named | Nameless]:
    """What has to be booked or suspended of *rows*; records that cost nothing by rule are only counted."""
    found: list[Named | Nameless] = []
    for row in rows:
        match row:
            case Usage(event, _):
                found.append(read_event(Parsed(event)))
            case RefusedRecord():
                found.append(refused_item(row, source))
            case Ignored(reason, _):
                IGNORED.add(1, {"reason": reason})
    return found


def refused_item(row: RefusedRecord, source: Source) -> Nameless:
    """A refused record as an event with this one record, so that a replay reads it again."""
    record = _CANONICAL.encode(row.record)
    kept = row.record if len(record) <= KEPT_CHARACTERS else {"beginning": record[:1_000], "sha256": digest(record)}
    data = {name: value for name, value in source.model_dump(include=set(Source.model_fields)).items() if value}
    raw = _CANONICAL.encode(
        {
            "specversion": "1.0",
            "type": RECORDS,
            "source": f"urn:credits:{source.format}",
            "id": digest(_CANONICAL.encode(kept))[:32],
            "data": {**data, "records": [kept]},
        }
    )
    return Nameless(raw.encode("utf-8", "replace"), Unbookable(Reason(row.reason), f"{row.place}: {row.detail}"))
