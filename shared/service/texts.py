"""Text in requests: what is stored and shown, and what is sent to the payment provider.

Each is checked here, before it goes anywhere. A line break in an id would end up in a header of an outgoing request,
which could then never be sent, and a request that can never be sent looks like an outage that never ends.
"""

import re
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from shared.kernel.printable import is_printable

PROVIDER_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
"""The payment provider's ids (`pm_1Mq…`, `card_…`, `src_…`, `pm_card_visa`): none ever held anything else."""

LABEL_MAX = 200

STATED_REASON_MAX = 500
"""Characters of a reason that an operator gives; it is shown in a list."""

ADDRESS_MAX = 2_000
"""Browsers and proxies take addresses of that length."""

_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
"""Printable ASCII without blanks, as addresses are sent (RFC 3986); names in other scripts are written as `xn--…`."""

_SCHEMA_OF_ADDRESS = WithJsonSchema({"type": "string", "format": "uri", "maxLength": ADDRESS_MAX})


def _provider_id(text: str) -> str:
    if PROVIDER_ID.fullmatch(text) is None:
        raise ValueError("up to 255 letters, digits, '_' and '-', as the payment provider gives it")
    return text


def _label(text: str) -> str:
    if not is_printable(text):
        raise ValueError("only printable characters")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text) if _ADDRESS.fullmatch(text) else None
    if parts is None or not parts.hostname or parts.port == 0:  # asking for the port raises ValueError for a wrong one
        raise ValueError("an address such as https://portal.example/credits")
    return text


ProviderId: TypeAlias = Annotated[
    str, AfterValidator(_provider_id), WithJsonSchema({"type": "string", "pattern": f"^{PROVIDER_ID.pattern}$"})
]
"""An id of the payment provider, as its form returned it."""

ReturnAddress: TypeAlias = Annotated[str, Field(max_length=ADDRESS_MAX), AfterValidator(_address), _SCHEMA_OF_ADDRESS]
"""Where the bank sends the buyer's browser afterwards."""

Label: TypeAlias = Annotated[str, Field(min_length=1, max_length=LABEL_MAX), AfterValidator(_label)]
"""A name or reference that is kept and shown: neither storage nor spreadsheet meets a control character in it."""

StatedReason: TypeAlias = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=STATED_REASON_MAX),
    AfterValidator(_label),
]
"""Why an operator did something: kept and shown, never blank."""
