"""An unsteady network between the service and its storage: a door that loses, delays and refuses, but never invents.

It does what a real network and a busy storage account do to a client: an answer is lost after its request was carried
out, a request never arrives, the service says 503 or 500 (having done the work or not), an answer comes late.
"""

import asyncio
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import aiohttp
from aiohttp import web

from local.machine.loopback import HERE

LATE_SECONDS = (0.05, 2.0)
BODY_MAX = 8 * 1024 * 1024
"""Twice what a transaction may hold."""

PASSED_ON = ("content-type", "etag", "date")
PASSED_ON_PREFIX = "x-ms-"
NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_ENDPOINT = re.compile(r"(Table|Queue)Endpoint=(http://[^;/]+)")


class Fault(StrEnum):
    """What becomes of one request."""

    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost after the work was done"
    BUSY = "503 before the work"
    BUSY_AFTER = "503 after the work"
    BROKEN_AFTER = "500 after the work"
    LATE = "late"


WORKLESS = frozenset({Fault.REQUEST_LOST, Fault.BUSY})
"""The storage never hears of the request."""

LOST = frozenset({Fault.REQUEST_LOST, Fault.ANSWER_LOST})
STATUS = {Fault.BUSY: 503, Fault.BUSY_AFTER: 503, Fault.BROKEN_AFTER: 500}


class FaultyNetwork:
    """Doors to one storage account, calm to begin with; counts the faults that requests met."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._share = 0.0
        self.met: Counter[Fault] = Counter()

    @contextmanager
    def disturbing(self, percent: int) -> Iterator[None]:
        """Meanwhile so many of a hundred requests meet a fault; afterwards everything arrives again."""
        self._share = percent / 100
        try:
            yield
        finally:
            self._share = 0.0

    @contextmanager
    def between(self, connection: str) -> Iterator[str]:
        """The connection string of the same storage, behind the doors."""
        loop, unsteady = asyncio.new_event_loop(), connection
        thread = threading.Thread(target=loop.run_forever, name="unsteady network")
        thread.start()
        opened = []
        try:
            for service, address in _ENDPOINT.findall(connection):
                runner, port = asyncio.run_coroutine_threadsafe(self._open(address), loop).result()
                opened.append(runner)
                behind = f"{service}Endpoint=http://{HERE}:{port}"
                unsteady = unsteady.replace(f"{service}Endpoint={address}", behind)
            yield unsteady
        finally:
            for runner in opened:
                asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _open(self, address: str) -> tuple[web.AppRunner, int]:
        """A door to *address*, and its port."""
        session = aiohttp.ClientSession(
            base_url=address, auto_decompress=False, connector=aiohttp.TCPConnector(limit=0), trust_env=False
        )

        async def visit(request: web.Request) -> web.StreamResponse:
            return await self._visit(session, request)

        async def leave(_app: web.Application) -> None:
            await session.close()

        app = web.Application(client_max_size=BODY_MAX)
        app.router.add_route("*", "/{path:.*}", visit)
        app.on_cleanup.append(leave)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, HERE, 0)
        await site.start()
        return runner, int(runner.addresses[0][1])

    async def _visit(self, session: aiohttp.ClientSession, request: web.Request) -> web.StreamResponse:
        """One request, with what the dice say."""
        fault = self._dice.choice(list(Fault)) if self._dice.random() < self._share else None
        if fault is not None:
            self.met[fault] += 1
        body = await request.read()
        if fault is Fault.LATE:
            await asyncio.sleep(self._dice.uniform(*LATE_SECONDS))
        answer = web.Response() if fault in WORKLESS else await _carried_out(session, request, body)
        if fault in LOST:
            return _hang_up(request)
        return answer if fault is None or fault is Fault.LATE else web.Response(status=STATUS[fault])


async def _carried_out(session: aiohttp.ClientSession, request: web.Request, body: bytes) -> web.Response:
    """What the storage says. Path and headers go on as they came, no more and no fewer: the client has signed them."""
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    async with session.request(
        request.method, request.rel_url, headers=headers, data=body or None, skip_auto_headers=NOT_ADDED
    ) as answer:
        text = await answer.read()
        kept = {name: value for name, value in answer.headers.items() if _is_kept(name.lower())}
        return web.Response(status=answer.status, body=text, headers=kept)


def _is_kept(name: str) -> bool:
    return name in PASSED_ON or name.startswith(PASSED_ON_PREFIX)


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
