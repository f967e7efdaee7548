"""The `Mail` port on Azure Communication Services Email. The client is loaded when the first e-mail is sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from shared.notices.email import Email
from shared.ports import MailRefusedError, UnavailableError

if TYPE_CHECKING:
    from azure.communication.email.aio import EmailClient
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.exceptions import HttpResponseError

CONNECT_SECONDS = 5
READ_SECONDS = 20
"""The library's own limits are five minutes each: longer than a queue message stays hidden."""

REQUEST_TIMEOUT, TOO_MANY_REQUESTS, SERVER_ERROR = 408, 429, 500
UNAUTHENTICATED, FORBIDDEN = 401, 403


class AcsEmail:
    """*key* is an access key of the resource; without one, *credential* gives the identity that may send."""

    def __init__(
        self, endpoint: str, sender: str, key: str | None, credential: "Callable[[], AsyncTokenCredential]"
    ) -> None:
        self._endpoint = endpoint
        self._sender = sender
        self._key = key
        self._credential = credential
        self._client: EmailClient | None = None

    async def send(self, email: Email, delivery: UUID) -> None:
        """See `Mail.send`. Returns when the service has accepted the e-mail; that it was delivered nobody waits for.

        The service promises nothing about a *delivery* that it has seen before: whether it was sent is our own record.
        """
        from azure.core.exceptions import AzureError, HttpResponseError  # noqa: PLC0415 - see the module's docstring

        try:
            # No polling: asking for the outcome counts against the same few requests a minute, and takes 30 s.
            await self._connected().begin_send(self._message(email), operation_id=str(delivery), polling=False)
        except HttpResponseError as error:
            raise _meaning(error) from error
        except AzureError as error:  # no connection, no answer in time, an answer cut off
            raise UnavailableError(f"mail: {type(error).__name__}") from error

    def _connected(self) -> "EmailClient":
        if self._client is None:
            from azure.communication.email.aio import EmailClient  # noqa: PLC0415 - see the module's docstring
            from azure.core.credentials import AzureKeyCredential  # noqa: PLC0415 - the same

            # Endpoint and key apart: a connection string would force https, which a stand-in does not speak.
            self._client = EmailClient(
                self._endpoint,
                AzureKeyCredential(self._key) if self._key else self._credential(),
                # The queue tries again, with the same delivery; here a try is one request, and its outcome is seen.
                retry_total=0,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
            )
        return self._client

    def _message(self, email: Email) -> dict[str, object]:
        """The e-mail in the service's words.

        Several readers are blind copies, so that no mailbox shows one reader's address to another. The service requires
        a `to`: it is the sender, whose own copy may end in its suppression list unread. One reader is simply addressed.
        One e-mail for all of them, because the service counts e-mails: as few as five a minute.
        """
        readers = [{"address": address} for address in email.to]
        apart = {"to": readers} if len(readers) == 1 else {"to": [{"address": self._sender}], "bcc": readers}
        return {
            "senderAddress": self._sender,
            "recipients": apart,
            "content": {"subject": email.subject, "plainText": email.text, "html": email.html},
            "userEngagementTrackingDisabled": True,
        }

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._client is not None:
            await self._client.close()


def _meaning(error: "HttpResponseError") -> UnavailableError | MailRefusedError:
    """What an error answer says about the e-mail: nothing, or that it will never be taken."""
    status = error.status_code or SERVER_ERROR
    words = f"mail: {status} {error.error.code if error.error else ''}".strip()
    # A wrong key or a missing role says nothing about the e-mail: it waits in the queue, and is not lost.
    about_us = status in {UNAUTHENTICATED, FORBIDDEN, REQUEST_TIMEOUT, TOO_MANY_REQUESTS}
    return UnavailableError(words) if about_us or status >= SERVER_ERROR else MailRefusedError(words)
