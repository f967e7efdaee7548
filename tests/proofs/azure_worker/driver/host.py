"""The host's side: sends the worker the messages of Azure's host, in the same order, and reads the answers."""

import json
from typing import Any
from uuid import uuid4

from tests.proofs.azure_worker.driver.protocol import protos
from tests.proofs.azure_worker.driver.triggers import TRIGGERS
from tests.proofs.azure_worker.driver.worker import Log, Worker

HOST_VERSION = "4.0.0"
"""The worker stores it and does not use it otherwise."""

OF_THE_HOST = {"TypedDataCollection": "1", "RpcHttpBodyOnly": "1", "WorkerStatus": "1"}


class Host:
    """Controls one worker from its start; returns answers as plain values."""

    def __init__(self, worker: Worker, log: Log) -> None:
        self._worker = worker
        self._log = log
        self._functions: dict[str, Any] = {}

    async def _ask(self, **content: Any) -> Any:
        message = protos().StreamingMessage(request_id=str(uuid4()), **content)
        answer = protos().StreamingMessage.FromString(await self._worker.answer(message.SerializeToString()))
        assert answer.request_id == message.request_id
        return getattr(answer, answer.WhichOneof("content"))

    async def start(self, directory: str) -> dict[str, Any]:
        """Let the worker index the app in *directory*; return the outcome and the worker's description of itself."""
        request = protos().WorkerInitRequest(
            host_version=HOST_VERSION, capabilities=OF_THE_HOST, function_app_directory=directory
        )
        answer = await self._ask(worker_init_request=request)
        metadata = answer.worker_metadata
        return {
            **_outcome(answer.result),
            "capabilities": dict(answer.capabilities),
            "python": metadata.runtime_version,
            "runtime": metadata.worker_version,
        }

    async def functions(self, directory: str) -> dict[str, Any]:
        """The indexed functions; each is loaded, as the host does before it invokes a function."""
        request = protos().FunctionsMetadataRequest(function_app_directory=directory)
        answer = await self._ask(functions_metadata_request=request)
        assert not answer.use_default_metadata_indexing, "the worker has indexed"
        self._functions = {found.name: found for found in answer.function_metadata_results}
        return {
            name: {"bindings": _bindings(found), **await self._load(found)} for name, found in self._functions.items()
        }

    async def _load(self, found: Any) -> dict[str, Any]:
        request = protos().FunctionLoadRequest(function_id=found.function_id, metadata=found)
        return _outcome((await self._ask(function_load_request=request)).result)

    async def invoke(self, name: str, kind: str, given: Any) -> dict[str, Any]:
        """Run one function with the trigger input *given*; *kind* is `http`, `queue` or `timer`."""
        found = self._functions[name]
        trigger = next(binding for binding in map(json.loads, found.raw_bindings) if binding["direction"] == "IN")
        assert trigger["type"] == f"{kind}Trigger", f"{name} has another trigger"
        data, metadata = TRIGGERS[kind](given, trigger)
        request = protos().InvocationRequest(
            invocation_id=str(uuid4()),
            function_id=found.function_id,
            input_data=[protos().ParameterBinding(name=trigger["name"], data=data)],
            trigger_metadata=metadata,
            trace_context=protos().RpcTraceContext(trace_parent=f"00-{uuid4().hex}-{uuid4().hex[:16]}-01"),
        )
        self._log.sent.clear()
        answer = await self._ask(invocation_request=request)
        return {**_outcome(answer.result), **_returned(answer), "log": [_line(sent) for sent in self._log.sent]}


def _outcome(result: Any) -> dict[str, Any]:
    status = protos().StatusResult.Status.Name(result.status)
    words = f"{result.exception.message}\n{result.exception.stack_trace}" if result.HasField("exception") else ""
    return {"status": status, "exception": words}


def _bindings(found: Any) -> list[str]:
    """The raw bindings, which the host reads; checks that the bindings parsed by the worker are the same."""
    for text in found.raw_bindings:
        raw, parsed = json.loads(text), found.bindings[json.loads(text)["name"]]
        assert (parsed.type, parsed.direction) == (raw["type"], ["IN", "OUT"].index(raw["direction"])), text
    return sorted(found.raw_bindings)


def _returned(answer: Any) -> dict[str, Any]:
    if answer.return_value.WhichOneof("data") != "http":
        return {}
    http = answer.return_value.http
    body = getattr(http.body, http.body.WhichOneof("data"))
    return {"http": {"status": int(http.status_code), "headers": dict(http.headers), "body": bytes(body).decode()}}


def _line(sent: bytes) -> str:
    log = protos().StreamingMessage.FromString(sent).rpc_log
    return f"{protos().RpcLog.Level.Name(log.level)} {log.category}: {log.message}"
