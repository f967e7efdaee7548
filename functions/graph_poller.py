"""The poller of Microsoft Graph's call logs (CONTRACT 6)."""

import azure.functions as func

from shared.use_cases.collection import poll_call_logs
from shared.wiring.composition import services

blueprint = func.Blueprint()


@blueprint.function_name("graph_poller")
@blueprint.timer_trigger(schedule="%GraphPoller__schedule%", arg_name="timer", run_on_startup=False)
async def _graph_poller(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """Put the rows of every configured tenant's logs on the queue of usage; nothing where the poller is off."""
    await poll_call_logs.poll_call_logs(services())
