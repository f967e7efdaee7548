"""The queue of recharges and open purchases."""

import azure.functions as func

from functions._queue import deliver
from shared.use_cases.payments import move_payment

blueprint = func.Blueprint()


@blueprint.function_name("move_payment")
@blueprint.queue_trigger(arg_name="message", queue_name="recharges", connection="CreditsStorage")
async def _move_payment(message: func.QueueMessage) -> None:
    """Advance one payment as far as possible."""
    await deliver(message, move_payment.move_payment)
