"""Requests to use cases and views, as the HTTP entry points make them, and lists read page by page."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from shared.service.http import LIMIT_MAX, Reply, Request
from shared.service.services import Services

UseCase: TypeAlias = Callable[[Services, Request], Awaitable[Reply]]

NOTHING: Mapping[str, str] = MappingProxyType({})


def request(
    path: Mapping[str, str],
    *,
    body: object = None,
    query: Mapping[str, str] = NOTHING,
    headers: Mapping[str, str] = NOTHING,
) -> Request:
    """The request of an operator, who may act for any account."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Request(None, path, query, headers, content)


async def value_of(services: Services, use_case: UseCase, options: Request) -> Any:  # noqa: ANN401 - any JSON
    """The JSON value that *use_case* returns. Raises ProblemError, UnavailableError."""
    return (await use_case(services, options)).value


async def all_items(services: Services, view: UseCase, options: Request) -> AsyncIterator[dict[str, Any]]:
    """Every item of a list of any length."""
    query = {**options.query, "limit": str(LIMIT_MAX)}
    while True:
        page = cast("dict[str, Any]", await value_of(services, view, replace(options, query=query)))
        for item in page["items"]:
            yield item
        if page["next"] is None:
            return
        query["after"] = page["next"]
