"""Requests and replies of use cases that answer HTTP, without any HTTP library. Errors are problems (RFC 9457)."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.kernel.ids import AccountId, account_id
from shared.kernel.unique_names import DuplicateMemberError, unique_members
from shared.ledger.book import Refused
from shared.ports import Principal
from shared.service.flaw_details import detail_of

BODY_MAX = 64 * 1024
"""Bytes of a JSON body; only a rate card may be larger."""

LIMIT_MAX = 1_000
LIMIT_DEFAULT = 100

_WHOLE = re.compile(r"(-?)([0-9]+)")

REPLAYED = {"Idempotent-Replayed": "true"}
"""The header of a replayed answer. It has the first answer's status and the current state."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one field: a JSON pointer, a code, a detail, and what would resolve it where that is known."""

    pointer: str
    code: str
    detail: str
    remedy: str | None = None

    def json(self) -> dict[str, str]:
        """An entry of a problem's `errors`."""
        shown = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        return shown if self.remedy is None else {**shown, "remedy": self.remedy}


class ProblemError(Exception):
    """The request is refused; *code* is one of CONTRACT 2. *retry_after*: seconds after which it can
    be, where that is known.
    """

    def __init__(self, code: str, detail: str, flaws: tuple[Flaw, ...] = (), retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.code, self.detail, self.flaws, self.retry_after = code, detail, flaws, retry_after


def refused(refusal: Refused) -> ProblemError:
    """A decision's refusal as a problem; the field that is refused is named, or every reason."""
    flaws = tuple(Flaw(refusal.pointer, *reason) for reason in refusal.reasons)
    flaws = flaws or ((Flaw(refusal.pointer, refusal.code, refusal.detail),) if refusal.pointer else ())
    return ProblemError(refusal.code, refusal.detail, flaws)


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a value, and headers. The value is sent as JSON, unless it is bytes: they are sent as they are."""

    status: int
    value: object
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"


_ETAG = re.compile(r'(?:W/)?"[^"]*"')


@dataclass(frozen=True, slots=True)
class Matching:
    """The value of If-Match: one ETag, several of which one must match, or `*` for any. A weak ETag matches nothing."""

    sent: str

    def is_met_by(self, etag: str) -> bool:
        """Whether the settings that have *etag* now are among those that the caller read."""
        return self.sent.strip() == "*" or etag in _ETAG.findall(self.sent)


M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Request:
    """A verified request: who asks, the path's and the query's parameters, headers in lower case, the body."""

    principal: Principal | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def account(self) -> AccountId:
        """The account in the path, which has been compared with the token's tenant."""
        return account_id(self.path["account"])

    def json_or_empty(self, model: type[M]) -> M:
        """The body as *model*, in which every field has a default; no body at all is an empty object."""
        return self.json(model) if self.body.strip() else model()

    def json(self, model: type[M], context: object = None, read_only: Collection[str] = ()) -> M:
        """The body as *model*; *context* is passed to its validators. ProblemError names every wrong field.

        *read_only*: fields that reading shows beside those of *model*; they are ignored, so that what was read can be
        changed and sent back.
        """
        if len(self.body) > BODY_MAX:
            raise ProblemError("payload_too_large", f"a body has at most {BODY_MAX} bytes")
        media = self.headers.get("content-type", "application/json").split(";")[0].strip().lower()
        if media != "application/json":
            raise ProblemError("unsupported_media_type", "the body is application/json")
        try:
            sent = json_of(self.body)
            if isinstance(sent, dict):
                sent = {name: value for name, value in sent.items() if name not in read_only}
            return model.model_validate(sent, context=context)
        except ValidationError as error:
            raise ProblemError("invalid_request", "the body is not as described", flaws_of(error)) from error

    def idempotency_key(self) -> str:
        """The Idempotency-Key."""
        key = self.headers.get("idempotency-key", "")
        if not key:
            raise ProblemError("idempotency_key_missing", "send the header Idempotency-Key")
        if len(key) > 255 or not key.isprintable():  # noqa: PLR2004 - as long as the payment provider's
            raise ProblemError("invalid_request", "an Idempotency-Key has at most 255 printable characters")
        return key

    def if_match(self) -> "Matching":
        """The ETags of the settings as the caller last read them (RFC 9110, 13.1.1)."""
        sent = self.headers.get("if-match", "")
        if not sent:
            raise ProblemError("precondition_required", "send the header If-Match with the ETag that GET returned")
        return Matching(sent)

    def limit(self) -> int:
        """How many items of a list to return: 1 to 1,000, clamped."""
        text = self.query.get("limit", str(LIMIT_DEFAULT))
        match = _WHOLE.fullmatch(text)
        if match is None:
            raise ProblemError("invalid_request", "limit is a whole number", (Flaw("/limit", "invalid", text[:20]),))
        sign, digits = match.groups()
        significant = digits.lstrip("0")
        if sign or not significant:
            return 1
        return LIMIT_MAX if len(significant) > len(str(LIMIT_MAX)) else min(LIMIT_MAX, int(significant))


def json_of(body: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """The JSON value of a body; ProblemError when it is not valid: NaN and infinity are not numbers, half of a
    surrogate pair is not text (RFC 8259), and the storage keeps neither; an object has each name once.
    """
    try:
        value = json.loads(body or b"null", object_pairs_hook=unique_members)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except DuplicateMemberError as error:
        raise ProblemError("invalid_request", "an object of the body has a name twice") from error
    except (ValueError, RecursionError) as error:
        raise ProblemError("invalid_request", "the body is not valid JSON") from error
    return value


def flaws_of(error: ValidationError) -> tuple[Flaw, ...]:
    """Every field that is wrong, by JSON pointer. Never repeats what was sent."""
    return tuple(
        Flaw(
            "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in flaw["loc"]),
            flaw["type"],
            detail_of(flaw),
        )
        for flaw in error.errors(include_input=False, include_url=False)[:20]
    )


def page_of(items: Sequence[Mapping[str, Any]], limit: int, key: str = "id") -> dict[str, object]:
    """One page of a list. If *items* has one item more than *limit*, there is a next page."""
    shown = items[:limit]
    return {"items": shown, "next": shown[-1][key] if len(items) > limit else None}
