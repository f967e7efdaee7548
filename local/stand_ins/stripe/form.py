"""The stand-in of Stripe's form: a page that portals show in a frame. It offers named test cards and has no field in
which somebody could type a card number. It exchanges the same messages as portal/card-form.js.
"""

import json
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

_PAGE, _SCRIPT = Path(__file__).with_name("form.html"), Path(__file__).with_name("form.js")

OFFERED = (
    "pm_card_visa",
    "pm_card_mastercard",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredOnSetup",
    "pm_card_visa_chargeDeclinedInsufficientFunds",
    "pm_card_chargeDeclinedExpiredCard",
    "pm_card_visa_chargeDeclined",
    "pm_card_chargeCustomerFail",
    "pm_card_createDispute",
    "pm_card_pendingRefund",
)
"""The test cards that a person can choose, the ordinary one first."""


def form_routes(webhook_address: str | None) -> list[Route]:
    """The form. Only pages of the service, which also receives the webhooks, may frame it."""
    parts = urlsplit(webhook_address or "")
    service = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "'none'"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
        f"frame-ancestors {service}"
    )

    async def page(_request: Request) -> Response:
        text = _PAGE.read_text().replace("{service}", escape(service)).replace("{cards}", escape(json.dumps(OFFERED)))
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})

    async def script(_request: Request) -> Response:
        return FileResponse(_SCRIPT, media_type="text/javascript")

    return [Route("/_form", page), Route("/_form.js", script)]
