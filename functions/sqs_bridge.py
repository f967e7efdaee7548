"""The bridge from AWS (CONTRACT 6). Azure has no trigger for SQS, so a timer fetches what waits there."""

import azure.functions as func

from shared.use_cases.collection import forward_objects
from shared.wiring.composition import services

blueprint = func.Blueprint()


@blueprint.function_name("sqs_bridge")
@blueprint.timer_trigger(schedule="%SqsBridge__schedule%", arg_name="timer", run_on_startup=False)
async def _sqs_bridge(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """Put the records that AWS announces on the queue of usage; nothing where the bridge is off."""
    await forward_objects.forward_objects(services())
