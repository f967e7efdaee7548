"""The body of an SQS message -> the objects of S3 that it announces (facts of Amazon's user guides for S3, SNS and
EventBridge). SNS and EventBridge wrap the notification when they stand between S3 and the queue.

S3 leaves out fields, and adds some with each version of the notification; only what is needed here is required.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.ports import StoredObject
from shared.service.flaw_details import detail_of
from shared.use_cases.usage.message import read_json

TEST_EVENT = "s3:TestEvent"
WRAPPINGS_MAX = 3
"""EventBridge may send to SNS, which sends to SQS; nothing sensible wraps more often."""

CREATED = "ObjectCreated:"
CREATED_ON_BRIDGE = "Object Created"


class UnintelligibleError(ValueError):
    """The message is no notification of S3; the text says why."""


class _Bucket(BaseModel):
    name: str = Field(min_length=1)


class _Object(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    key: str = Field(min_length=1)
    version: str | None = Field(default=None, alias="versionId")


class _ObjectOnBridge(_Object):
    version: str | None = Field(default=None, alias="version-id")


class _Place(BaseModel):
    bucket: _Bucket
    object: _Object


class _Record(BaseModel):
    """One of `Records`. Events of deleted or restored objects have the same form."""

    event: str = Field(alias="eventName")
    s3: _Place


class _Records(BaseModel):
    records: list[_Record] = Field(alias="Records")


class _PlaceOnBridge(BaseModel):
    bucket: _Bucket
    object: _ObjectOnBridge


class _BridgeEvent(BaseModel):
    kind: str = Field(alias="detail-type")
    detail: _PlaceOnBridge


def announced(body: str) -> Sequence[StoredObject]:
    """The created objects; none for S3's test event and for other events. Raises `UnintelligibleError`."""
    message = _unwrapped(body)
    if message.get("Event") == TEST_EVENT and "Records" not in message:
        return ()
    try:
        if message.get("source") == "aws.s3":
            event = _BridgeEvent.model_validate(message)
            return (_on_bridge(event.detail),) if event.kind == CREATED_ON_BRIDGE else ()
        found = _Records.model_validate(message).records
    except ValidationError as flaw:
        first = flaw.errors(include_input=False, include_url=False)[0]
        raise UnintelligibleError(f"no notification of S3: {_path(first['loc'])}: {detail_of(first)}") from flaw
    return [_place(record.s3) for record in found if record.event.removeprefix("s3:").startswith(CREATED)]


def _unwrapped(body: str) -> Mapping[str, Any]:
    """The innermost message: SNS has it as text in `Message`."""
    text = body
    for _ in range(WRAPPINGS_MAX):
        try:
            message = read_json(text.encode())
        except (ValueError, RecursionError) as flaw:
            raise UnintelligibleError("no notification of S3: not JSON") from flaw
        if not isinstance(message, dict):
            raise UnintelligibleError("no notification of S3: not a JSON object")
        if message.get("Type") != "Notification" or not isinstance(message.get("Message"), str):
            return message
        text = message["Message"]
    raise UnintelligibleError("no notification of S3: wrapped too often")


def _place(place: _Place) -> StoredObject:
    """A key is form-encoded in a notification: a blank is a plus sign."""
    return StoredObject(place.bucket.name, unquote_plus(place.object.key), place.object.version or None)


def _on_bridge(place: _PlaceOnBridge) -> StoredObject:
    """EventBridge gives the key as it is."""
    return StoredObject(place.bucket.name, place.object.key, place.object.version or None)


def _path(location: Sequence[str | int]) -> str:
    return "/".join(str(part) for part in location)
