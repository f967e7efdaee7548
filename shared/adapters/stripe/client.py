"""One connection to Stripe, shared by payments and cards: opened at first use, with short time-outs."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared.ports import UNSENDABLE, Decline, PaymentRefusedError, UnavailableError

if TYPE_CHECKING:
    from stripe import InvalidRequestError, StripeClient

    from shared.adapters.stripe.transport import Transport

CONNECT_SECONDS = 5.0

ANSWER_SECONDS = 25.0
"""A bank may take many seconds. With the one re-send a call still ends within a minute, before the alarm that checks a
payment under way (after two minutes)."""

RESENDS = 1
"""How often the SDK re-sends a call without an answer. For Stripe it is the same call, because it has the same key.
Further tries are left to the ledger's alarm, which survives this process.
"""


_MODES = {"test": False, "live": True}


def mode_of(key: str) -> bool | None:
    """Whether *key* is for live payments, by its prefix: sk_live_, rk_live_, sk_test_ or rk_test_. None for others:
    then the mode of objects is not checked.
    """
    kind, _, rest = key.partition("_")
    return _MODES.get(rest.partition("_")[0]) if kind in {"sk", "rk"} else None


def is_other_mode(mode: bool | None, sent: Mapping[str, Any]) -> bool:  # noqa: FBT001 - Stripe's own flag
    """Whether an object of Stripe is of another mode than the key's *mode*."""
    return mode is not None and sent.get("livemode", mode) is not mode


class StripeAccess:
    """The SDK's client for *key*, at *address* (None: Stripe itself). With a stand-in, only the address differs.

    The SDK is imported at the first call and not when the app starts: most functions never charge a card.
    """

    def __init__(self, key: str, address: str | None) -> None:
        self.mode = mode_of(key)
        self._key = key
        self._address = address
        self._client: StripeClient | None = None
        self._transport: Transport | None = None

    @property
    def client(self) -> "StripeClient":
        """The asynchronous client; it is opened at first use."""
        if self._client is None:
            self._client = self._open()
        return self._client

    def _open(self) -> "StripeClient":
        import httpx  # noqa: PLC0415 - cold start
        import stripe  # noqa: PLC0415 - cold start

        from shared.adapters.stripe.transport import Transport  # noqa: PLC0415 - cold start

        # Otherwise it writes an identifier of this machine into the home folder and sends it with every call.
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
    """Raise `UnavailableError` for everything that leaves the outcome unknown: no answer, 409, 429, 5xx.

    Other errors pass: a declined card (402), a refused request (400, 404; `refusals`), or an error in the settings
    (401, 403), which must be noticed.
    """
    import stripe  # noqa: PLC0415 - cold start

    try:
        yield
    except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
        status = error.http_status or "no answer"
        raise UnavailableError(f"Stripe: {status}, request {error.request_id}") from error


@contextmanager
def refusals() -> Iterator[None]:
    """Raise `PaymentRefusedError` for a refused request: it would be refused again."""
    import stripe  # noqa: PLC0415 - cold start

    try:
        yield
    except stripe.InvalidRequestError as error:
        raise PaymentRefusedError(code_of(error)) from error
    except UnicodeEncodeError as error:  # half of a surrogate pair: the SDK cannot write the request
        raise PaymentRefusedError(UNSENDABLE) from error


async def oldest_first(list_page: Callable[[Any], Awaitable[Any]], query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every object of a list that answers the newest first, as the mappings that Stripe sent. An object by which the
    list is filtered and that Stripe does not know has none.
    """
    import stripe  # noqa: PLC0415 - cold start

    found: list[dict[str, Any]] = []
    while True:
        after = {"starting_after": found[-1]["id"]} if found else {}
        try:
            with outages():
                page = await list_page({**query, **after, "limit": 100})
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                return []
            raise PaymentRefusedError(code_of(error)) from error
        found += [each.to_dict() for each in page.data]
        if not page.has_more:
            return found[::-1]


def code_of(error: "InvalidRequestError") -> str:
    """Stripe's code for a refused request, or `invalid_request` if it has none."""
    return error.code or "invalid_request"


def decline_of(error: Mapping[str, Any]) -> Decline:
    """The decline in Stripe's error object, in which only the type is always present."""
    return Decline(error.get("code") or error["type"], error.get("decline_code"), error.get("advice_code"))


_GONE = frozenset({"payment_method_unexpected_state", "payment_method_invalid_parameter"})


def names_no_card(error: "InvalidRequestError") -> bool:
    """Whether a call failed because the card it named does not exist, was removed, or is another customer's.

    A malformed parameter or a missing customer is an error of the service, and does not count.
    """
    code = error.code or ""
    return code in _GONE or (error.param == "payment_method" and not code.startswith("parameter_"))
