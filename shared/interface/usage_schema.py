"""The JSON Schema of a usage event (CONTRACT 1), made from the model that reads it."""

import json
from functools import cache
from typing import Any

from shared.use_cases.calls.described_call import NAME_CHARACTERS
from shared.use_cases.usage.call import Call
from shared.use_cases.usage.envelope import CALL

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def usage_schema_text() -> bytes:
    """The schema as JSON text."""
    return json.dumps(usage_schema(), ensure_ascii=False, indent=2).encode()


def usage_schema() -> dict[str, Any]:
    """The schema of one event. It accepts every event that can be booked. What depends on the account or the
    rate card, such as whether there is a rate, is not in it.
    """
    call = Call.model_json_schema()
    name = {"type": "string", "minLength": 1, "maxLength": NAME_CHARACTERS}
    account = {"type": "string", "format": "uuid", "description": "The tenant's id: an account is a tenant."}
    data = {
        **{key: value for key, value in call.items() if key != "title"},
        "properties": {"account": account, **call["properties"]},
        "required": ["account", *call["required"]],
        "if": {"properties": {"service": {"const": "user"}}},
        "then": {"required": ["user"]},
    }
    return {
        "$schema": DIALECT,
        "title": "Usage event",
        "description": "One finished call: a CloudEvents 1.0 event in structured mode. A message on the queue `usage` "
        "is one event or an array of them, plain or in base64, at most 64 KiB. Unknown fields are ignored.",
        "type": "object",
        "required": ["specversion", "type", "source", "id", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "type": {"const": CALL},
            "source": {**name, "description": "The system that reports; with `id` it identifies the event, for ever."},
            "id": {**name, "description": "The call's own id in that system."},
            "time": {
                "type": "string",
                "format": "date-time",
                "description": "When it was reported; not used for money.",
            },
            "datacontenttype": {"type": "string"},
            "data": data,
        },
    }
