"""The query of an address: only what a route declares, each once and with a value (CONTRACT 2).

A misspelt or doubled parameter is refused and never ignored: it may be the one that was to make a request harmless.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from shared.kernel.times import parse_instant
from shared.service.http import Flaw, ProblemError, Request

PARAMETERS_MAX = 50
"""More parameters than any route has; a query with more is refused without parsing it."""

FLAWS_MAX = 20
NAME_SHOWN = 64
"""Characters of an unknown name that the refusal repeats."""

ORDERS = ("asc", "desc")

OWN_NAME = re.compile(r"[0-9a-z-]{1,64}")
"""The form of the ids of purchases and refunds. Other text is not looked up: storage keys are limited in length."""


def read_query(address: str, given: Mapping[str, str], declared: Collection[str]) -> dict[str, str]:
    """The parameters of *address*, each of them one of *declared*. ProblemError `invalid_request` names what is wrong.

    *given* is the host's own reading. It decides nothing, since Azure's host drops empty values and joins repeated
    ones; but a parameter that only the host knows of is not overlooked.
    """
    try:
        pairs = parse_qsl(
            urlsplit(address).query, keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS_MAX
        )
    except ValueError as error:
        raise ProblemError("invalid_request", "the query cannot be read") from error
    names = [name for name, _ in pairs]
    pairs += [(name, value) for name, value in given.items() if name not in names]
    flaws = tuple(_flaws(pairs, declared))[:FLAWS_MAX]
    if flaws:
        raise ProblemError("invalid_request", "the query is not as described", flaws)
    return dict(pairs)


def _flaws(pairs: list[tuple[str, str]], declared: Collection[str]) -> Iterator[Flaw]:
    taken = ", ".join(sorted(declared)) or "none"
    seen: set[str] = set()
    for name, value in pairs:
        if name not in declared:
            yield Flaw(_pointer(name[:NAME_SHOWN]), "unknown", f"unknown parameter; this route takes: {taken}")
        elif name in seen:
            yield Flaw(_pointer(name), "repeated", "give it once")
        elif not value:
            yield Flaw(_pointer(name), "empty", "give a value, or leave it out")
        seen.add(name)


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def choice_in(request: Request, name: str, choices: Collection[str]) -> str | None:
    """One of *choices*, exactly as written there; None when the parameter is not there."""
    text = request.query.get(name)
    if text is not None and text not in choices:
        flaw = Flaw(_pointer(name), "unknown", "one of " + ", ".join(choices))
        raise ProblemError("invalid_request", f"{name} has an unknown value", (flaw,))
    return text


def is_newest_first(request: Request) -> bool:
    """Whether a list is asked for in reverse: `order=desc`."""
    return choice_in(request, "order", ORDERS) == "desc"


def is_switched_on(request: Request, name: str) -> bool:
    """Whether a switch is on: exactly `true` or `false`; absent is off."""
    return choice_in(request, name, ("true", "false")) == "true"


def cursor_in(request: Request, form: re.Pattern[str]) -> str:
    """The item after which a list continues: the `next` of an earlier page, in the form *form*; "" from the start."""
    text = request.query.get("after", "")
    if text and form.fullmatch(text) is None:
        raise no_place()
    return text


def no_place() -> ProblemError:
    """The item after which a list should continue is not in it."""
    flaw = Flaw("/after", "invalid", "the `next` of an earlier page of this list")
    return ProblemError("invalid_request", "after is not a place in this list", (flaw,))


def names_on_page(request: Request, names: Iterable[str], form: re.Pattern[str]) -> list[str]:
    """Those of *names* that a page of a list shows, in the order that is asked for, and one more if another page
    follows (`page_of`). Names begin with their time. *form* is that of the cursor.
    """
    after, is_reversed = cursor_in(request, form), is_newest_first(request)
    ordered = sorted(names, reverse=is_reversed)
    rest = [name for name in ordered if not after or (name < after if is_reversed else name > after)]
    return rest[: request.limit() + 1]


def instant_in(request: Request, name: str) -> datetime | None:
    """A time in the query, None when it is not there. A plus that became a space is read as the plus that was meant."""
    text = request.query.get(name)
    if not text:
        return None
    try:
        return parse_instant(text[:10] + text[10:].replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        raise ProblemError(
            "invalid_request", f"{name} is RFC 3339 with an offset", (Flaw(_pointer(name), "invalid", str(error)),)
        ) from error
