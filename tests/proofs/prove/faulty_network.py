"""A proxy between the service and its storage that loses, delays and refuses requests, but never invents answers.

It simulates a real network and a busy storage account: an answer is lost after the request was executed, a request
never arrives, the storage answers 503 or 500 (before or after executing the request), an answer is late.
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

from local.machine.loopback import LOOPBACK

LATE_SECONDS = (0.05, 2.0)
BODY_MAX = 8 * 1024 * 1024
"""Twice the maximum size of a transaction."""

FORWARDED_HEADERS = ("content-type", "etag", "date")
FORWARDED_HEADERS_PREFIX = "x-ms-"
NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_ENDPOINT = re.compile(r"(Table|Queue)Endpoint=(http://[^;/]+)")


class Fault(StrEnum):
    """What happens to one request."""

    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost after the work was done"
    BUSY = "503 before the work"
    BUSY_AFTER = "503 after the work"
    BROKEN_AFTER = "500 after the work"
    LATE = "late"


NOT_FORWARDED = frozenset({Fault.REQUEST_LOST, Fault.BUSY})
"""Faults in which the storage never receives the request."""

LOST = frozenset({Fault.REQUEST_LOST, Fault.ANSWER_LOST})
STATUS = {Fault.BUSY: 503, Fault.BUSY_AFTER: 503, Fault.BROKEN_AFTER: 500}


class FaultyNetwork:
    """Proxies to one storage account, without faults at first; counts the faults that it causes."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._share = 0.0
        self.counts: Counter[Fault] = Counter()

    @contextmanager
    def faults(self, percent: int) -> Iterator[None]:
        """Cause faults in *percent* of requests inside the block, and none after it."""
        self._share = percent / 100
        try:
            yield
        finally:
            self._share = 0.0

    @contextmanager
    def between(self, connection: str) -> Iterator[str]:
        """Yield a connection string that leads to the same storage through the proxies."""
        loop, through_proxies = asyncio.new_event_loop(), connection
        thread = threading.Thread(target=loop.run_forever, name="faulty network")
        thread.start()
        opened = []
        try:
            for service, address in _ENDPOINT.findall(connection):
                runner, port = asyncio.run_coroutine_threadsafe(self._open(address), loop).result()
                opened.append(runner)
                proxy = f"{service}Endpoint=http://{LOOPBACK}:{port}"
                through_proxies = through_proxies.replace(f"{service}Endpoint={address}", proxy)
            yield through_proxies
        finally:
            for runner in opened:
                asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _open(self, address: str) -> tuple[web.AppRunner, int]:
        """Open a proxy to *address*; return its runner and port."""
        session = aiohttp.ClientSession(
            base_url=address, auto_decompress=False, connector=aiohttp.TCPConnector(limit=0), trust_env=False
        )

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(session, request)

        async def close_session(_app: web.Application) -> None:
            await session.close()

        app = web.Application(client_max_size=BODY_MAX)
        app.router.add_route("*", "/{path:.*}", handle)
        app.on_cleanup.append(close_session)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, LOOPBACK, 0)
        await site.start()
        return runner, int(runner.addresses[0][1])

    async def _handle(self, session: aiohttp.ClientSession, request: web.Request) -> web.StreamResponse:
        """Answer one request, with or without a random fault."""
        fault = self._rng.choice(list(Fault)) if self._rng.random() < self._share else None
        if fault is not None:
            self.counts[fault] += 1
        body = await request.read()
        if fault is Fault.LATE:
            await asyncio.sleep(self._rng.uniform(*LATE_SECONDS))
        answer = web.Response() if fault in NOT_FORWARDED else await _forward(session, request, body)
        if fault in LOST:
            return _hang_up(request)
        return answer if fault is None or fault is Fault.LATE else web.Response(status=STATUS[fault])


async def _forward(session: aiohttp.ClientSession, request: web.Request, body: bytes) -> web.Response:
    """The storage's answer. Path and headers are forwarded unchanged, because the client has signed them."""
    headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
    async with session.request(
        request.method, request.rel_url, headers=headers, data=body or None, skip_auto_headers=NOT_ADDED
    ) as answer:
        text = await answer.read()
        forwarded = {name: value for name, value in answer.headers.items() if _is_forwarded(name.lower())}
        return web.Response(status=answer.status, body=text, headers=forwarded)


def _is_forwarded(name: str) -> bool:
    return name in FORWARDED_HEADERS or name.startswith(FORWARDED_HEADERS_PREFIX)


def _hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
