"""Messages of the queue `recharges`: each names a recharge slot, an open purchase or an open
refund to move as far as possible.
"""

import json

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.purchases.start_purchase import advance_purchase
from shared.use_cases.recharge.recharge_account import recharge_account
from shared.use_cases.refunds.advance_refund import advance_refund


async def move_payment(services: Services, message: bytes) -> None:
    """Move the slot, purchase or refund that the message names. Raises `UnavailableError`: then the queue delivers
    the message again, and if it gives up, the alarm sends another one.
    """
    body = json.loads(message)
    account = AccountId(body["account"])
    with span("payment", SpanKind.CONSUMER, parent=body.get(TRACEPARENT), attributes={"credits.account": account}):
        if "slot" in body:
            await recharge_account(services, account, body["slot"])
        elif "refund" in body:
            await advance_refund(services, account, body["refund"])
        else:
            await advance_purchase(services, account, body["purchase"])
