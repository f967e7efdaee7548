"""The functions that the app registers, and how to invoke one."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from types import ModuleType
from typing import Any
from uuid import uuid4

import azure.functions as func
from azure.functions.decorators.function_app import Function as ListedFunction
from azure.functions.decorators.function_app import FunctionRegister

from local.host.settings import BadSettingError
from shared.telemetry.correlation import correlated

log = logging.getLogger("local.host")

TRIGGERS = frozenset({"httpTrigger", "queueTrigger", "timerTrigger"})
SUPPORTED = TRIGGERS | {"http"}


@dataclass(frozen=True, slots=True)
class Invocation:
    """The argument for a handler's parameter `context`: the part of `func.Context` that this host supports."""

    function_name: str
    invocation_id: str = field(default_factory=lambda: str(uuid4()))


@dataclass(slots=True)
class InvocationCount:
    """The invocations that run now, and all that were ever started; the latter shows activity between two reads."""

    running: int = 0
    started: int = 0


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name, its trigger's binding, and its handler, which takes arguments by binding name."""

    name: str
    trigger: Mapping[str, Any]
    handler: Callable[..., Any]
    timeout: timedelta
    count: InvocationCount = field(default_factory=InvocationCount)

    @property
    def kind(self) -> str:
        """`httpTrigger`, `queueTrigger` or `timerTrigger`."""
        return str(self.trigger["type"])

    async def invoke(self, value: object) -> object:
        """Call the handler with the trigger's *value* and return its result; raises its exceptions, or TimeoutError."""
        arguments = {self.trigger["name"]: value}
        if "context" in inspect.signature(self.handler).parameters:
            arguments["context"] = Invocation(self.name)
        self.count.started += 1
        self.count.running += 1
        began = monotonic()
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                if inspect.iscoroutinefunction(self.handler):
                    return await self.handler(**arguments)
                return await asyncio.to_thread(self.handler, **arguments)
        except Exception:
            with correlated(getattr(value, "id", None) or ""):
                log.exception("%s failed after %.3f s", self.name, monotonic() - began)
            raise
        finally:
            self.count.running -= 1


def app_of(module: ModuleType) -> FunctionRegister:
    """The only app at the top level of *module*, found in the same way as by Azure's worker."""
    apps = [value for value in vars(module).values() if isinstance(value, FunctionRegister)]
    if len(apps) != 1:
        raise BadSettingError(f"{module.__name__} has {len(apps)} function apps at its top level, not one")
    return apps[0]


def functions_of(app: FunctionRegister, timeout: timedelta) -> list[Function]:
    """Every function of *app*; raises BadSettingError. Call it once per app: the library refuses a second call."""
    return [_function(function, timeout) for function in app.get_functions()]


def _function(listed: ListedFunction, timeout: timedelta) -> Function:
    """One function, if this host supports all its bindings."""
    name = str(listed.get_function_name())
    trigger = next((binding for binding in listed.get_bindings() if binding.type in TRIGGERS), None)
    if trigger is None or any(binding.type not in SUPPORTED for binding in listed.get_bindings()):
        kinds = ", ".join(str(binding.type) for binding in listed.get_bindings())
        raise BadSettingError(f"{name}: this host does not support these bindings: {kinds}")
    binding = trigger.get_dict_repr()
    if binding.get("authLevel", func.AuthLevel.ANONYMOUS) is not func.AuthLevel.ANONYMOUS:
        raise BadSettingError(f"{name}: this host supports anonymous functions only, no function keys")
    return Function(name, binding, listed.get_user_function(), timeout)
