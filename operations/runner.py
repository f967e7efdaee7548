"""Runs a command: connects to what it works with, shows its result, exits with its code."""

import logging
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from operations.options import Options
from operations.output import exit_quietly, show, show_failure
from operations.required_settings import RequiredSettings
from operations.result import Code, Failure, Result

if TYPE_CHECKING:
    from shared.ports.poison import PoisonQueues
    from shared.service.services import Services
    from shared.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")


def run_on_services(
    options: Options, required: RequiredSettings, work: "Callable[[Services], Awaitable[Result]]"
) -> NoReturn:
    """Run *work* with the services of these settings, and exit."""
    from shared.wiring.composition import current_clock, opened  # noqa: PLC0415 - help stays fast

    _run_and_exit(options, required, lambda settings: opened(settings, current_clock()), work)


def run_on_queues(options: Options, work: "Callable[[PoisonQueues], Awaitable[Result]]") -> NoReturn:
    """Run *work* with the queues of these settings, and exit."""
    from shared.wiring.composition import opened_poison_queues  # noqa: PLC0415 - help stays fast

    _run_and_exit(options, RequiredSettings.STORAGE, opened_poison_queues, work)


def _run_and_exit(
    options: Options,
    required: RequiredSettings,
    connect: "Callable[[Settings], AbstractAsyncContextManager[T]]",
    work: Callable[[T], Awaitable[Result]],
) -> NoReturn:
    """Run the command, show its result or failure, and exit with its code."""
    try:
        outcome = _outcome(options, required, connect, work)
        if isinstance(outcome, Failure):
            show_failure(outcome, is_for_programs=options.is_for_programs)
        else:
            show(outcome, options)
    except BrokenPipeError:  # of stdout only: adapters raise another error for a broken connection
        exit_quietly()
    sys.exit(outcome.code)


def _outcome(
    options: Options,
    required: RequiredSettings,
    connect: "Callable[[Settings], AbstractAsyncContextManager[T]]",
    work: Callable[[T], Awaitable[Result]],
) -> Result | Failure:
    """The result, or the failure that a refusal, an outage or an error becomes. click reports wrong usage itself."""
    import asyncio  # noqa: PLC0415 - help stays fast

    from operations.connections import BadSettingsError, log_to_stderr, settings_for  # noqa: PLC0415 - as above
    from shared.ports import OutcomeUnknownError, UnavailableError  # noqa: PLC0415 - as above
    from shared.service.http import ProblemError  # noqa: PLC0415 - as above

    async def connected_work(settings: "Settings") -> Result:
        async with AsyncExitStack() as stack:
            try:
                opened = await stack.enter_async_context(connect(settings))
            except ValueError as wrong:
                raise BadSettingsError(str(wrong)) from wrong
            return await work(opened)

    log_to_stderr()
    try:
        return asyncio.run(connected_work(settings_for(options.settings, os.environ, required)))
    except (click.UsageError, BrokenPipeError):
        raise
    except BadSettingsError as wrong:
        return Failure("bad_settings", str(wrong), Code.USAGE)
    except ProblemError as refusal:
        flaws = [f"{flaw.pointer}: {flaw.detail}" for flaw in refusal.flaws]
        return Failure(refusal.code, "\n  ".join([refusal.detail, *flaws]), Code.FOUND)
    except (UnavailableError, OutcomeUnknownError) as outage:
        return Failure("unavailable", f"no answer, so the outcome is unknown; try again: {outage}", Code.UNAVAILABLE)
    except Exception as fault:
        log.exception("this should not happen")
        return Failure("fault", f"{type(fault).__name__}: {fault}", Code.FAULT)
