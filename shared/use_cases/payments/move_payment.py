"""What the queue `recharges` delivers: a recharge slot, or an open purchase, to be moved as far as it goes now."""

import json

from opentelemetry.trace import SpanKind

from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.telemetry.tracing import TRACEPARENT, span
from shared.use_cases.purchases.start_purchase import advance_purchase
from shared.use_cases.recharge.recharge_account import recharge_account


async def move_payment(services: Services, message: bytes) -> None:
    """Move what the message names. Raises `UnavailableError`: the queue comes back, and behind it the alarm."""
    told = json.loads(message)
    account = AccountId(told["account"])
    with span("payment", SpanKind.CONSUMER, parent=told.get(TRACEPARENT), attributes={"credits.account": account}):
        if "slot" in told:
            await recharge_account(services, account, told["slot"])
        else:
            await advance_purchase(services, account, told["purchase"])
