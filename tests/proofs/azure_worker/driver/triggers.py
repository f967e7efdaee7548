"""Converts a request, a queue message or a timer to the message that Azure's host sends to the worker.

Source, in Azure/azure-functions-host: GrpcMessageConversionExtensions.cs (values), Utility.cs (fields of a message).
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.proofs.azure_worker.driver.protocol import protos

Binding = Mapping[str, Any]
Triggered = tuple[Any, dict[str, Any]]
"""The value, as TypedData, and the trigger's metadata."""


def http(given: Mapping[str, Any], _binding: Binding) -> Triggered:
    """Header names in lower case, the body as bytes if there is one, no metadata."""
    request = protos().RpcHttp(
        method=given["method"],
        url=f"https://credits.example/api/{given['path']}",
        headers={name.lower(): text for name, text in given.get("headers", {}).items()},
        params=given.get("params", {}),
    )
    if given.get("body"):
        request.body.bytes = given["body"].encode()
    return protos().TypedData(http=request), {}


def queue(given: str, binding: Binding) -> Triggered:
    """The message as text or, if the binding says so, as bytes.

    If the text is a JSON object, its fields are added to the metadata, and replace the host's own fields of the same
    name, ignoring case. Bytes are not parsed.
    """
    now = datetime.now(UTC)  # noqa: TID251 - the host's clock
    metadata: dict[str, object] = {
        "QueueTrigger": given,
        "Id": str(uuid4()),
        "DequeueCount": 1,
        "ExpirationTime": now + timedelta(days=7),
        "InsertionTime": now,
        "NextVisibleTime": now + timedelta(minutes=10),
        "PopReceipt": "AgAAAAMAAAAAAAAA",
    }
    if binding.get("dataType") == "BINARY":
        return protos().TypedData(bytes=given.encode()), _typed(metadata)
    spelt = {name.lower(): name for name in metadata}
    metadata |= {spelt.get(name.lower(), name): value for name, value in _fields(given).items()}
    return protos().TypedData(string=given), _typed(metadata)


def timer(given: Mapping[str, Any], _binding: Binding) -> Triggered:
    """.NET's TimerInfo, as JSON."""
    now = datetime.now(UTC)  # noqa: TID251 - the host's clock
    times = {
        "Last": (now - timedelta(minutes=1)).isoformat(),
        "Next": now.isoformat(),
        "LastUpdated": (now - timedelta(minutes=1)).isoformat(),
    }
    info = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": times, "IsPastDue": given["pastDue"]}
    return protos().TypedData(json=json.dumps(info)), _typed({"TimerTrigger": now.isoformat()})


TRIGGERS: Mapping[str, Callable[[Any, Binding], Triggered]] = {"http": http, "queue": queue, "timer": timer}


def _fields(text: str) -> dict[str, object]:
    """The fields that the host reads from a message: those of a JSON object, except arrays and nulls."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    plain = {name: value for name, value in parsed.items() if value is not None and not isinstance(value, list)}
    return {name: value if isinstance(value, dict) else str(value) for name, value in plain.items()}


def _typed(values: Mapping[str, object]) -> dict[str, Any]:
    """Convert values to TypedData: text unchanged, everything else as JSON."""
    data = protos().TypedData
    return {
        name: data(string=value) if isinstance(value, str) else data(json=json.dumps(value, default=datetime.isoformat))
        for name, value in values.items()
    }
