"""The timers of CONTRACT 3, and further ones: retention and measuring. Each schedule is a setting."""

import azure.functions as func

from shared.use_cases import measure_queues
from shared.use_cases.accounts import audit_nightly, catch_up
from shared.use_cases.suspense import delete_outdated_suspense
from shared.use_cases.usage import forget_numbers
from shared.wiring.composition import services
from shared.wiring.names import QUEUES

blueprint = func.Blueprint()


@blueprint.function_name("nightly_expiry")
@blueprint.timer_trigger(schedule="%NightlyExpiry__schedule%", arg_name="timer", run_on_startup=False)
async def _nightly_expiry(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """Wake the accounts whose alarm is due; lots lapse at night."""
    await catch_up.wake_due(services())


@blueprint.function_name("recharge_retries")
@blueprint.timer_trigger(schedule="%RechargeRetries__schedule%", arg_name="timer", run_on_startup=False)
async def _recharge_retries(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """The same every minute, because declined payments do not wait for the night."""
    await catch_up.wake_due(services())


@blueprint.function_name("nightly_audit")
@blueprint.timer_trigger(schedule="%NightlyAudit__schedule%", arg_name="timer", run_on_startup=False)
async def _nightly_audit(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """Send every account to be audited from its stored rows; reconcile payments with the provider."""
    await audit_nightly.audit_nightly(services())


@blueprint.function_name("suspense_retention")
@blueprint.timer_trigger(schedule="%SuspenseRetention__schedule%", arg_name="timer", run_on_startup=False)
async def _suspense_retention(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """Delete suspense items whose retention has ended."""
    await delete_outdated_suspense.delete_outdated_suspense(services())


@blueprint.function_name("call_record_retention")
@blueprint.timer_trigger(schedule="%CallRecordRetention__schedule%", arg_name="timer", run_on_startup=False)
async def _call_record_retention(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """Delete the phone numbers of calls whose retention has ended."""
    await forget_numbers.forget_numbers(services())


@blueprint.function_name("measure_queues")
@blueprint.timer_trigger(schedule="%QueueMeasuring__schedule%", arg_name="timer", run_on_startup=False)
async def _measure_queues(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the binding needs it
    """Report how many messages wait in each queue, and since when."""
    await measure_queues.measure_queues(services(), QUEUES)
