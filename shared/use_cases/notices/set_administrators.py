"""Set the administrators to notify (R18): never below one recipient."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.notices.administrators import (
    Problems,
    administrator_json,
    administrator_of,
    kinds_for_nobody,
    read_administrators,
)
from shared.notices.roles import roles_of
from shared.posting.decision import Decision, Posted
from shared.service.http import BODY_MAX, Flaw, ProblemError, Reply, Request, json_of, refused
from shared.service.services import Services
from shared.views.settings import administrators_etag

SALT_BYTES = 16
"""128 bits cannot be guessed, even if an organisation has few addresses."""


async def set_administrators(services: Services, request: Request) -> Reply:
    """200 with the list as it is stored: roles by their stable codes."""
    read, entries, salt = request.if_match(), _read(request), secrets.token_hex(SALT_BYTES)

    def decide(book: Book, _now: datetime) -> Change | Refused:
        if not read.is_met_by(administrators_etag(book)):
            return Refused("stale", "the list has changed since it was read")
        missed = kinds_for_nobody([administrator_of(entry) for entry in entries], roles_of(book.settings.silent_roles))
        if missed:
            return Refused("invalid_request", f"with the silent roles, nobody is told of: {', '.join(missed)}")
        version = book.settings.administrators_version + 1
        settings = replace(book.settings, administrators=entries, administrators_salt=salt)
        return Change(settings=replace(settings, administrators_version=version))

    answer = await services.ledger.post(request.account, Decision(decide))
    if not isinstance(answer, Posted):
        assert isinstance(answer, Refused)
        raise refused(answer)
    return Reply(200, list(entries), {"ETag": administrators_etag(answer.book)})


def _read(request: Request) -> tuple[dict[str, Any], ...]:
    """The list in the request's body. A refusal names every flaw."""
    if len(request.body) > BODY_MAX:
        raise ProblemError("payload_too_large", f"a body has at most {BODY_MAX} bytes")
    value = json_of(request.body)
    if not isinstance(value, list):
        raise ProblemError("invalid_request", "the body is a list of administrators")
    found = read_administrators(value)
    if isinstance(found, Problems):
        flaws = tuple(Flaw(flaw.pointer, flaw.code, flaw.detail) for flaw in found.problems)
        raise ProblemError("invalid_request", "the list is not as described", flaws)
    return tuple(administrator_json(administrator) for administrator in found)
