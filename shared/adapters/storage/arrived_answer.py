"""An answer that has arrived already, given to a client in place of the network."""

from collections.abc import Mapping

from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import AsyncHttpResponse, HttpRequest


class ArrivedAnswer(AsyncHttpTransport[HttpRequest, AsyncHttpResponse]):
    """A transport that sends nothing and gives the same answer to any request. *body* is the content of *answer*."""

    def __init__(self, answer: AsyncHttpResponse, body: bytes) -> None:
        self._response = _Response(answer.status_code, answer.reason, answer.headers, body)

    async def send(self, request: HttpRequest, *, stream: bool = False, **_: object) -> AsyncHttpResponse:
        """The answer, as one to *request*; its content has been read unless the client streams it."""
        from azure.core.rest._aiohttp import RestAioHttpTransportResponse  # noqa: PLC0415 - cold start

        response = RestAioHttpTransportResponse(request=request, internal_response=self._response, decompress=False)
        if not stream:
            await response.read()
        return response

    async def open(self) -> None:
        """Nothing is to be opened."""

    async def close(self) -> None:
        """Nothing is to be closed."""

    async def __aexit__(self, *_: object) -> None:
        """Nothing is to be closed."""


class _Response:
    """What azure-core needs of aiohttp's response."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        self._body = body

    async def read(self) -> bytes:
        """The content."""
        return self._body

    def close(self) -> None:
        """Nothing is to be closed."""
