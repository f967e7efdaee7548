"""The `Mail` port on Azure Communication Services Email. The client is loaded when the first e-mail is sent."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from shared.notices.email import Email
from shared.ports import MailRefusedError, MailThrottledError, UnavailableError

if TYPE_CHECKING:
    from azure.communication.email.aio import EmailClient
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.exceptions import HttpResponseError

CONNECT_SECONDS = 5
READ_SECONDS = 20
"""The library's own limits are five minutes each, which is longer than a queue message stays hidden."""

PAUSE_SECONDS, PAUSE_MAX_SECONDS = 20.0, 3_600
"""After an answer 429. Source: the service's example; an hour is its longest window."""

REQUEST_TIMEOUT, TOO_MANY_REQUESTS, SERVER_ERROR = 408, 429, 500
UNAUTHENTICATED, FORBIDDEN = 401, 403


class AcsEmail:
    """*key* is an access key of the resource; without one, *credential* gives the identity that may send. *monotonic*
    is a clock in seconds.
    """

    def __init__(
        self,
        endpoint: str,
        sender: str,
        key: str | None,
        credential: "Callable[[], AsyncTokenCredential]",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._sender = sender
        self._key = key
        self._credential = credential
        self._monotonic = monotonic
        self._client: EmailClient | None = None
        self._closed_until = 0.0

    async def send(self, email: Email, delivery: UUID) -> None:
        """See `Mail.send`. Returns when the service has accepted the e-mail, and does not wait until it is delivered.

        The service guarantees nothing about a repeated *delivery*. Markers in the ledger record what was sent. After
        an answer 429 this process asks nothing for as long as that answer said: refused requests count, too.
        """
        from azure.core.exceptions import AzureError, HttpResponseError  # noqa: PLC0415 - see the module's docstring

        if self._monotonic() < self._closed_until:
            raise MailThrottledError("mail: it asked for a pause")
        try:
            # No polling: a request for the outcome counts against the same few requests a minute, and takes 30 s.
            await self._connected().begin_send(self._message(email), operation_id=str(delivery), polling=False)
        except HttpResponseError as error:
            if error.status_code == TOO_MANY_REQUESTS:
                self._closed_until = self._monotonic() + _pause_seconds(error)
                raise MailThrottledError("mail: 429") from error
            raise _port_error(error) from error
        except AzureError as error:  # no connection, no answer in time, an incomplete answer
            raise UnavailableError(f"mail: {type(error).__name__}") from error

    def _connected(self) -> "EmailClient":
        if self._client is None:
            from azure.communication.email.aio import EmailClient  # noqa: PLC0415 - see the module's docstring
            from azure.core.credentials import AzureKeyCredential  # noqa: PLC0415 - the same

            # Endpoint and key separately: a connection string would force https, which the stand-in does not support.
            self._client = EmailClient(
                self._endpoint,
                AzureKeyCredential(self._key) if self._key else self._credential(),
                # The queue tries again, with the same delivery. Here a try is one request, so its outcome is known.
                retry_total=0,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
            )
        return self._client

    def _message(self, email: Email) -> dict[str, object]:
        """The e-mail as the service's API expects it.

        Several readers get blind copies, so that no reader sees the address of another. The service requires a `to`: it
        is the sender, whose own copy the service may suppress. A single reader is in `to`. There is one e-mail for all
        readers, because the service limits the number of e-mails, to as few as five a minute.
        """
        readers = [{"address": address} for address in email.to]
        recipients = {"to": readers} if len(readers) == 1 else {"to": [{"address": self._sender}], "bcc": readers}
        return {
            "senderAddress": self._sender,
            "recipients": recipients,
            "content": {"subject": email.subject, "plainText": email.text, "html": email.html},
            "userEngagementTrackingDisabled": True,
            **({"headers": {"List-Unsubscribe": f"<{email.unsubscribe}>"}} if email.unsubscribe else {}),
        }

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._client is not None:
            await self._client.close()


def _pause_seconds(error: "HttpResponseError") -> float:
    """How long the answer asks to wait, in seconds; the default where it does not say so in seconds."""
    headers = getattr(error.response, "headers", {})
    text = str(headers.get("Retry-After") or "")
    return float(min(int(text), PAUSE_MAX_SECONDS)) if text.isdecimal() else PAUSE_SECONDS


def _port_error(error: "HttpResponseError") -> UnavailableError | MailRefusedError:
    """The port's error for an error answer: the e-mail may be tried again, or will never be accepted."""
    status = error.status_code or SERVER_ERROR
    text = f"mail: {status} {error.error.code if error.error else ''}".strip()
    # A wrong key or a missing role says nothing about the e-mail: it stays in the queue, and is not lost.
    is_no_verdict = status in {UNAUTHENTICATED, FORBIDDEN, REQUEST_TIMEOUT}
    return UnavailableError(text) if is_no_verdict or status >= SERVER_ERROR else MailRefusedError(text)
