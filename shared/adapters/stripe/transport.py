"""How the Stripe SDK reaches the network. Imported with the SDK, when the first call is made."""

from collections.abc import Mapping

import anyio
import httpx
import stripe

from shared.ports import UNSENDABLE


class Transport(stripe.HTTPClient):
    """The SDK's own httpx client would do, but for two things.

    It hands text to httpx in a way that httpx has deprecated, and it takes any exception whatever for an outage: a
    mistake in this process would be sent again and then be called unknown. So would a request that cannot be sent at
    all, such as one with a line break in a header.
    """

    name = "httpx"

    def __init__(self, timeout: httpx.Timeout) -> None:
        super().__init__()
        self._connections = httpx.AsyncClient(timeout=timeout)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request; `APIConnectionError`, worth a re-send, when there is no whole answer. One that can never be
        sent is an `InvalidRequestError`, as if Stripe had refused it.
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
