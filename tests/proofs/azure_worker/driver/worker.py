"""The worker's side: what Azure's worker does with each message before and after Microsoft's runtime handles it.

Source: workers/proxy_worker/dispatcher.py in Azure/azure-functions-python-worker. Omitted: gRPC, and switching between
the worker's packages and the app's, which are the same here.
"""

import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import azure_functions_runtime as runtime

from tests.proofs.azure_worker.driver.protocol import protos


@dataclass(frozen=True, slots=True)
class WorkerRequest:
    """The runtime's input: the whole message and, with the first one, the message classes for its answers."""

    name: str
    request: Any
    properties: dict[str, Any] | None = None


class Worker:
    """Answers one serialised message at a time."""

    async def answer(self, wire: bytes) -> bytes:
        """The answer to one request of the host. Raises ValueError for an unknown message."""
        request = protos().StreamingMessage.FromString(wire)
        kind = request.WhichOneof("content")
        properties = None
        if kind == "worker_init_request":
            _prepare(request.worker_init_request.function_app_directory)
            properties = {"protos": protos(), "host": "127.0.0.1"}
        known: dict[str, tuple[Callable[[WorkerRequest], Awaitable[Any]], str]] = {
            "worker_init_request": (runtime.worker_init_request, "worker_init_response"),
            "functions_metadata_request": (runtime.functions_metadata_request, "function_metadata_response"),
            "function_load_request": (runtime.function_load_request, "function_load_response"),
            "invocation_request": (runtime.invocation_request, "invocation_response"),
        }
        if kind not in known:
            raise ValueError(f"the worker does not know {kind}")
        handler, name = known[kind]
        response = await handler(WorkerRequest(kind, request, properties))
        message = protos().StreamingMessage(request_id=request.request_id, **{name: response})
        return bytes(message.SerializeToString())


def _prepare(directory: str) -> None:
    """Put the app's folder last on the path, after every package, and start the threads for `def` functions."""
    sys.path.append(directory)
    runtime.start_threadpool_executor()


class Log(logging.Handler):
    """The worker's handler on the root logger: sends every record as a message to the host."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record, as text and level."""
        rpc_log = protos().RpcLog
        level = rpc_log.Level.Value("Information" if record.levelname == "INFO" else record.levelname.capitalize())
        log = rpc_log(level=level, message=self.format(record), category=record.name)
        self.sent.append(protos().StreamingMessage(rpc_log=log).SerializeToString())
