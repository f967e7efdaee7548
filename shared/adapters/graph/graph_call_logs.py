"""The `CallLogs` port on Microsoft Graph (v1.0, callRecord: getPstnCalls, getDirectRoutingCalls)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import httpx
from pydantic import ValidationError

from shared.adapters.graph.answers import WAITING, Page, pause
from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ports import CallLog, Clock, UnavailableError

Token: TypeAlias = Callable[[AccountId], Awaitable[str]]

FUNCTIONS = {CallLog.PSTN: "getPstnCalls", CallLog.DIRECT_ROUTING: "getDirectRoutingCalls"}

SECONDS = 60.0
"""How long an answer may take; reports of a busy day are slow."""

PATIENCE = 300.0
"""Seconds that a run waits for one page because Graph asks for it. What takes longer is left to the next run."""


class GraphCallLogs:
    """The logs at *address*, such as https://graph.microsoft.com. *token* returns a tenant's bearer token; None: none
    is sent. *sleep* waits for seconds.
    """

    def __init__(
        self,
        address: str,
        token: Token | None,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._address = httpx.URL(address)
        self._token = token
        self._clock = clock
        self._sleep = sleep
        self._opened: httpx.AsyncClient | None = None

    async def pages(
        self, tenant: AccountId, log: CallLog, start: datetime, end: datetime
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """See `CallLogs.pages`."""
        span = f"fromDateTime={instant_text(start)},toDateTime={instant_text(end)}"
        address = str(self._address).rstrip("/")
        following: str | None = f"{address}/v1.0/communications/callRecords/{FUNCTIONS[log]}({span})"
        known: set[str] = set()
        while following is not None:
            if following in known:
                raise UnavailableError("Graph: a page leads back to an earlier one")
            known.add(following)
            page = await self._page(tenant, following)
            yield page.value
            following = page.next

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._opened is not None:
            await self._opened.aclose()

    async def _page(self, tenant: AccountId, address: str) -> Page:
        if not self._is_own(address):
            raise UnavailableError("Graph: a page leads to another host")
        waited, tries = 0.0, 0
        while True:
            answer = await self._get(tenant, address)
            if answer.status_code not in WAITING:
                return _read(answer)
            seconds = pause(answer.headers.get("Retry-After"), tries, self._clock.now())
            waited, tries = waited + seconds, tries + 1
            if waited > PATIENCE:
                raise UnavailableError(f"Graph: status {answer.status_code}, wait {seconds:.0f} s")
            await self._sleep(seconds)

    async def _get(self, tenant: AccountId, address: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._token(tenant)}"} if self._token else {}
        if self._opened is None:
            self._opened = httpx.AsyncClient(timeout=SECONDS, follow_redirects=False)
        try:
            return await self._opened.get(address, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as outage:
            raise UnavailableError(f"Graph: {type(outage).__name__}") from outage

    def _is_own(self, address: str) -> bool:
        """Whether *address* is on the configured host: another one must not get the token."""
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            return False
        return (url.scheme, url.host, url.port) == (self._address.scheme, self._address.host, self._address.port)


def _read(answer: httpx.Response) -> Page:
    if answer.status_code != httpx.codes.OK:
        raise UnavailableError(f"Graph: status {answer.status_code}")
    try:
        return Page.model_validate_json(answer.content)
    except ValidationError as flaw:
        raise UnavailableError("Graph: the answer is no page of rows") from flaw
