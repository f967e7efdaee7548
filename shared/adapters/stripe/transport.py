"""The HTTP transport of the Stripe SDK. It is imported with the SDK, at the first call."""

import sys
from collections.abc import Mapping
from importlib.util import find_spec

import anyio
import httpx
import stripe

from shared.ports import UNSENDABLE

if find_spec("sniffio") is None:
    # httpcore tries to import it four times a request, and each time Python searches all its folders: a fifth of the
    # processor time of a call to Stripe. With None, Python knows that there is no such module.
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class Transport(stripe.HTTPClient):
    """An HTTP client for the SDK. It replaces the SDK's own httpx client for two reasons.

    That client passes text to httpx in a deprecated way, and treats every exception as an outage: after a bug in this
    process it would re-send the request and report an unknown outcome. The same would happen for a request that can
    never be sent, such as one with a line break in a header.
    """

    name = "httpx"

    def __init__(self, timeout: httpx.Timeout) -> None:
        super().__init__()
        self._connections = httpx.AsyncClient(timeout=timeout)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request. Raises `APIConnectionError`, which allows a re-send, when there is no complete answer, and
        `InvalidRequestError`, as if Stripe had refused it, for a request that can never be sent.
        """
        try:
            answer = await self._connections.request(method, url, headers=headers, content=post_data)
        except (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeEncodeError) as error:
            unsendable = stripe.InvalidRequestError(type(error).__name__, None, UNSENDABLE)  # type: ignore[no-untyped-call]
            raise unsendable from error
        except httpx.TransportError as error:
            unanswered = stripe.APIConnectionError(type(error).__name__, should_retry=True)  # type: ignore[no-untyped-call]
            raise unanswered from error
        return answer.content, answer.status_code, answer.headers

    async def sleep_async(self, secs: float) -> None:
        """Pause before a re-send."""
        await anyio.sleep(secs)

    async def close_async(self) -> None:
        """Close the connections."""
        await self._connections.aclose()
