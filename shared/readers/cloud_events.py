"""`cloudevents`: our own usage events, one, a batch, or one a line (CONTRACT 1). They keep their source and id."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from shared.kernel.unique_names import unique_members
from shared.readers.profile import Reading


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The event, with the reading's account if it names none. What is no event is left to the ledger to refuse."""
    event = dict(record)
    data = event.get("data")
    if data is None and isinstance(event.get("data_base64"), str):
        data = _decoded(event["data_base64"])
    if not isinstance(data, Mapping):
        return event
    named = data.get("account")
    if not isinstance(named, str | None):
        return event
    account = reading.account_for(named=named)
    event.pop("data_base64", None)
    return {**event, "data": {**data, "account": account}}


def _decoded(text: str) -> object:
    """The data in base64; None when it is no I-JSON, which the ledger says with its own reason."""
    try:
        return json.loads(base64.b64decode(text, validate=True), object_pairs_hook=unique_members)
    except (binascii.Error, ValueError, RecursionError):
        return None
