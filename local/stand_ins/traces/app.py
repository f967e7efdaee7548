"""The collector's HTTP API: OTLP with protobuf bodies, plain or gzip; a page and JSON for people and tests."""

import gzip
from collections.abc import Callable
from pathlib import Path
from zlib import error as ZlibError  # noqa: N812 - an exception's name

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.stand_ins.traces.store import Collected

PAGE = Path(__file__).with_name("page.html")
PAGE_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
PROTOBUF = "application/x-protobuf"


def make_app() -> Starlette:
    """A new, empty collector."""
    collected = Collected()

    def receiver(store: Callable[[bytes], None], answer: bytes) -> Callable[[Request], object]:
        async def export(request: Request) -> Response:
            if request.headers.get("content-type", "").split(";")[0] != PROTOBUF:
                return Response(f"this collector accepts {PROTOBUF} only", 415)
            try:
                store(await _plain(request))
            except (DecodeError, OSError, EOFError, ZlibError):
                return Response("not valid OTLP", 400)
            return Response(answer, media_type=PROTOBUF)

        return export

    async def traces(_request: Request) -> Response:
        return JSONResponse(collected.traces())

    async def metrics(_request: Request) -> Response:
        return JSONResponse(collected.metrics())

    async def page(_request: Request) -> Response:
        return HTMLResponse(PAGE.read_text("utf-8"), headers={"Content-Security-Policy": PAGE_POLICY})

    traces_response = ExportTraceServiceResponse().SerializeToString()
    metrics_response = ExportMetricsServiceResponse().SerializeToString()
    return Starlette(
        routes=[
            Route("/", page),
            Route("/v1/traces", receiver(collected.store_spans, traces_response), methods=["POST"]),
            Route("/v1/metrics", receiver(collected.store_metrics, metrics_response), methods=["POST"]),
            Route("/traces", traces),
            Route("/metrics", metrics),
        ]
    )


async def _plain(request: Request) -> bytes:
    body = await request.body()
    return gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body
