"""Messages of the queue `recharges`: each names a recharge slot or an open purchase to move as far as possible."""

import json

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.purchases.start_purchase import advance_purchase
from shared.use_cases.recharge.recharge_account import recharge_account


async def move_payment(services: Services, message: bytes) -> None:
    """Move the slot or purchase that the message names. Raises `UnavailableError`: then the queue delivers the message
    again, and if it gives up, the alarm sends another one.
    """
    body = json.loads(message)
    account = AccountId(body["account"])
    with span("payment", SpanKind.CONSUMER, parent=body.get(TRACEPARENT), attributes={"credits.account": account}):
        if "slot" in body:
            await recharge_account(services, account, body["slot"])
        else:
            await advance_purchase(services, account, body["purchase"])
