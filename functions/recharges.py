"""Recharge slots and open purchases to be moved."""

import azure.functions as func

from functions._queue import deliver
from shared.use_cases.payments import move_payment

blueprint = func.Blueprint()


@blueprint.function_name("move_payment")
@blueprint.queue_trigger(arg_name="message", queue_name="recharges", connection="CreditsStorage")
async def _move_payment(message: func.QueueMessage) -> None:
    """Move one as far as it goes now."""
    await deliver(message, move_payment.move_payment)
