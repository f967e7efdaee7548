"""One connection to Stripe, shared by payments and cards: opened at first use, never waiting long."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared.ports import UNSENDABLE, Decline, PaymentRefusedError, UnavailableError

if TYPE_CHECKING:
    from stripe import InvalidRequestError, StripeClient

    from shared.adapters.stripe.transport import Transport

CONNECT_SECONDS = 5.0

ANSWER_SECONDS = 25.0
"""A bank may think for many seconds. With the one re-send a call still ends within a minute, before the alarm that
looks after a payment in flight (two minutes) comes by."""

RESENDS = 1
"""How often the SDK sends a call again that was not answered. It is the same call to Stripe, because it carries the
same key; more patience than that belongs to the ledger, which survives this process."""


class StripeAccess:
    """The SDK's client for *key*, at *address* (None: Stripe itself). Nothing else differs on a machine without it.

    The SDK is loaded when the first call needs it and not when the app starts: most functions never charge a card.
    """

    def __init__(self, key: str, address: str | None) -> None:
        self._key = key
        self._address = address
        self._client: StripeClient | None = None
        self._transport: Transport | None = None

    @property
    def client(self) -> "StripeClient":
        """The asynchronous client, opened now if it was not open."""
        if self._client is None:
            self._client = self._open()
        return self._client

    def _open(self) -> "StripeClient":
        import httpx  # noqa: PLC0415 - cold start
        import stripe  # noqa: PLC0415 - cold start

        from shared.adapters.stripe.transport import Transport  # noqa: PLC0415 - cold start

        # Left on, it writes an identifier of this machine into the home folder and sends it with every call.
        stripe.enable_telemetry = False
        self._transport = Transport(httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS))
        return stripe.StripeClient(
            self._key,
            base_addresses={"api": self._address.rstrip("/")} if self._address else None,
            max_network_retries=RESENDS,
            http_client=self._transport,
        )

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._transport is not None:
            await self._transport.close_async()


@contextmanager
def outages() -> Iterator[None]:
    """Turn whatever leaves the outcome unknown into `UnavailableError`: no answer, 409, 429, 5xx.

    What passes is an answer: a card's refusal (402), a request that is refused as it is (400, 404; `refusals`), or a
    mistake in the settings (401, 403) that must be seen.
    """
    import stripe  # noqa: PLC0415 - cold start

    try:
        yield
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
        seen = error.http_status or "no answer"
        raise UnavailableError(f"Stripe: {seen}, request {error.request_id}") from error


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the refusal of a request as it is into `PaymentRefusedError`: sent again, it would be refused again."""
    import stripe  # noqa: PLC0415 - cold start

    try:
        yield
    except stripe.InvalidRequestError as error:
        raise PaymentRefusedError(code_of(error)) from error
    except UnicodeEncodeError as error:  # half of a surrogate pair: the SDK cannot write the request
        raise PaymentRefusedError(UNSENDABLE) from error


def code_of(error: "InvalidRequestError") -> str:
    """Stripe's code for a refused request; not every one has one."""
    return error.code or "invalid_request"


def decline_of(error: Mapping[str, Any]) -> Decline:
    """Return what Stripe's error object says of a refused card; only its type is always there."""
    return Decline(error.get("code") or error["type"], error.get("decline_code"), error.get("advice_code"))


_GONE = frozenset({"payment_method_unexpected_state", "payment_method_invalid_parameter"})


def names_no_card(error: "InvalidRequestError") -> bool:
    """Whether a call failed because the card it named does not exist, was removed, or is another customer's.

    A parameter that is malformed, or a customer that is missing, is our own mistake and not this.
    """
    code = error.code or ""
    return code in _GONE or (error.param == "payment_method" and not code.startswith("parameter_"))
