"""HTTP triggers under the route prefix, and the host's admin interface, as a Starlette app."""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import azure.functions as func
from azure.functions.queue import QueueMessage
from azure.functions.timer import TimerRequest
from starlette.applications import Starlette
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.host.functions import Function
from local.host.routes import Routes

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"]

Endpoint = Callable[[Request], Awaitable[Response]]


class AnyPath(PathConvertor):
    """The rest of a path, also with an encoded line break: Starlette's own `path` stops there."""

    regex = r"[\s\S]*"


register_url_convertor("anything", AnyPath())


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join the values of repeated names by commas, as Azure's host does for Python."""
    values = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return {name: ",".join(parts) for name, parts in values.items()}


async def request_of(request: Request, route_params: Mapping[str, str]) -> func.HttpRequest:
    """The library's request with the whole body. Query parameters without a value are in its address only.

    Source: azure-functions-host, the conversion of a request to RpcHttp.
    """
    return func.HttpRequest(
        method=request.method,
        url=str(request.url),
        headers=_joined(request.headers.items()),
        params={name: value for name, value in _joined(request.query_params.multi_items()).items() if value},
        route_params=dict(route_params),
        body=await request.body(),
    )


def response_of(result: object) -> Response:
    """The response for a handler's result (HttpResponse, text or None), as the worker converts it."""
    if result is None:
        return Response(status_code=204)
    answer = func.HttpResponse(result) if isinstance(result, str) else result
    if not isinstance(answer, func.HttpResponse):
        raise TypeError(f"an HTTP function returned {type(result).__name__}")
    response = Response(answer.get_body(), status_code=answer.status_code)
    if "content-type" not in answer.headers:
        text = answer.mimetype.startswith("text/")
        response.headers["content-type"] = f"{answer.mimetype}; charset={answer.charset}" if text else answer.mimetype
    for name, value in answer.headers.items():
        response.headers.append(name, value)
    return response


def api(functions: Sequence[Function], prefix: str) -> Endpoint:
    """An endpoint that invokes the function of a route: 404 if there is none, 500 without a body if it raises."""
    routes = Routes(functions, prefix)

    async def answer(request: Request) -> Response:
        found = routes.find(request.method, request.scope["raw_path"].decode("ascii", "replace"))
        if found is None:
            return Response(status_code=404)
        function, route_params = found
        try:
            return response_of(await function.invoke(await request_of(request, route_params)))
        except Exception:  # noqa: BLE001 - logged by Function.invoke
            return Response(status_code=500)

    return answer


def _admin_input(function: Function, body: bytes) -> object:
    """The trigger input for an invocation through the admin interface."""
    if function.kind == "timerTrigger":
        return TimerRequest(past_due=False)
    text = json.loads(body or b"{}").get("input", "")
    return QueueMessage(id="by-hand", body=text.encode(), dequeue_count=1, insertion_time=datetime.now(UTC))  # noqa: TID251


def invoke_by_name(functions: Sequence[Function]) -> Endpoint:
    """POST /admin/functions/{name}: run a timer or queue function to its end; 202, or 500 when it raises."""
    by_name = {function.name: function for function in functions if function.kind != "httpTrigger"}

    async def answer(request: Request) -> Response:
        function = by_name.get(request.path_params["name"])
        if function is None:
            return Response(status_code=404)
        try:
            await function.invoke(_admin_input(function, await request.body()))
        except Exception as wrong:  # noqa: BLE001 - logged by Function.invoke
            return JSONResponse({"error": repr(wrong)}, status_code=500)
        return Response(status_code=202)

    return answer


def status(functions: Sequence[Function], queues: Sequence[str]) -> Endpoint:
    """GET /admin/host/status: running invocations, all invocations ever started, and the served queues."""

    async def answer(_request: Request) -> Response:
        running = sum(function.count.running for function in functions)
        started = sum(function.count.started for function in functions)
        return JSONResponse({"state": "Running", "inFlight": running, "invocations": started, "queues": queues})

    return answer


def http_app(functions: Sequence[Function], prefix: str, queues: Sequence[str]) -> Starlette:
    """The host's HTTP app; *queues* are the queues that the host serves."""
    return Starlette(
        routes=[
            Route("/admin/host/status", status(functions, queues), methods=["GET"]),
            Route("/admin/functions/{name}", invoke_by_name(functions), methods=["POST"]),
            Route("/{path:anything}", api(functions, prefix), methods=METHODS),
        ]
    )
