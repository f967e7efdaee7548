"""The format of requests and answers: form fields in, JSON out, errors as error objects."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.stand_ins.stripe.objects import Json


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the program
    """An answer other than 200: its status and Stripe's error object."""

    def __init__(self, status: int, message: str, kind: str = "invalid_request_error", **more: Any) -> None:
        super().__init__(message)
        self.status = status
        known = {name: value for name, value in more.items() if value is not None}
        self.body: Json = {"error": {"type": kind, "message": message, **known}}


@dataclass(frozen=True)
class Call:
    """One parsed request: its fields, the id in its path, its idempotency key, its own id, and its URL."""

    fields: Json = field(default_factory=dict)
    id: str = ""
    key: str | None = None
    request: str | None = None
    base: str = ""
    path: str = ""


def _text(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(text)
    return int(text)


def _yes_no(text: str) -> bool:
    return bool(["false", "true"].index(text))


_READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("text", "list"), _text),
    "pairs": str,
    "whole": _whole,
    "span": int,
    "yes_no": _yes_no,
}

_INVALID = {
    **dict.fromkeys(("whole", "span"), "parameter_invalid_integer"),
    **dict.fromkeys(("text", "list"), "parameter_invalid_empty"),
}

_BRACKETS = {"list": r"\d*", "pairs": r"[^\[\]]+", "span": r"(gt|gte|lt|lte)?"}
"""The permitted text in brackets after a field of that kind: expand[0], metadata[account], created[gte]."""


class Form:
    """The fields of a call, written `name:kind`; the default kind is text; `!` marks required fields."""

    def __init__(self, fields: str) -> None:
        parts = [part.partition(":") for part in [*fields.split(), "expand:list"]]
        self._kinds = {name.rstrip("!"): kind or "text" for name, _, kind in parts}
        self._needs = [name.rstrip("!") for name, _, _ in parts if name.endswith("!")]

    def read(self, sent: Iterable[tuple[str, str]]) -> Json:
        """Return the fields by name; raise Refusal for unknown, missing or invalid fields."""
        found: Json = {}
        for name, text in sent:
            outer, _, rest = name.partition("[")
            kind, inner = self._kinds.get(outer), rest.removesuffix("]")
            if kind is None or not re.fullmatch(_BRACKETS.get(kind, ""), inner):
                raise Refusal(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
            try:
                value = _READERS[kind](text)
            except ValueError:
                code = _INVALID.get(kind)
                raise Refusal(400, f"Invalid {name}: {text}", code=code, param=name) from None
            if kind == "list":
                found.setdefault(outer, []).append(value)
            elif inner:
                found.setdefault(outer, {})[inner] = value
            else:
                found[outer] = value
        for name in self._needs:
            if name not in found:
                raise Refusal(400, f"Missing required param: {name}.", code="parameter_missing", param=name)
        return found


_EXPANDED_FROM = {"latest_charge": "charges", "payment_method": "cards", "customer": "customers"}


def expanded(tables: Mapping[str, Mapping[str, Json]], body: Json, paths: Iterable[str]) -> Json:
    """Replace ids at *paths* by the whole objects."""
    body = dict(body)
    for path in paths:
        if body["object"] == "list" and path.startswith("data."):
            body["data"] = [expanded(tables, item, [path.removeprefix("data.")]) for item in body["data"]]
        elif path in _EXPANDED_FROM and path in body:
            body[path] = tables[_EXPANDED_FROM[path]].get(body[path])
        else:
            raise Refusal(400, f"This property cannot be expanded ({path}).", param="expand")
    return body
