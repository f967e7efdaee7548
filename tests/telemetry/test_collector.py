"""The collector for development accepts only the requests of OpenTelemetry's exporters."""

import gzip

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from local.stand_ins.traces import store as kept
from local.stand_ins.traces.app import make_app

PROTOBUF = {"content-type": "application/x-protobuf"}


@pytest.fixture
async def collector():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(make_app()), base_url="http://traces") as client:
        yield client


def export(*traces):
    spans = [
        Span(trace_id=bytes([number]) * 16, span_id=b"12345678", name="usage", kind=Span.SPAN_KIND_CONSUMER)
        for number in traces
    ]
    return ExportTraceServiceRequest(
        resource_spans=[ResourceSpans(scope_spans=[ScopeSpans(spans=spans)])]
    ).SerializeToString()


async def test_plain_and_compressed_spans_are_accepted_and_the_newest_trace_is_first(collector):
    assert (await collector.post("/v1/traces", content=export(1), headers=PROTOBUF)).status_code == 200
    packed = {**PROTOBUF, "content-encoding": "gzip"}
    assert (await collector.post("/v1/traces", content=gzip.compress(export(2)), headers=packed)).status_code == 200
    shown = (await collector.get("/traces")).json()
    assert [trace["trace"] for trace in shown] == ["02" * 16, "01" * 16]
    assert [(span["name"], span["kind"]) for span in shown[0]["spans"]] == [("usage", "consumer")]


async def test_only_the_newest_traces_are_stored(collector, monkeypatch):
    monkeypatch.setattr(kept, "TRACES_MAX", 2)
    for number in (1, 2, 3):
        await collector.post("/v1/traces", content=export(number), headers=PROTOBUF)
    assert [trace["trace"][:2] for trace in (await collector.get("/traces")).json()] == ["03", "02"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", {"content-type": "application/json"}, 415),
        (b"\xff\xff", PROTOBUF, 400),
        (b"no gzip", {**PROTOBUF, "content-encoding": "gzip"}, 400),
    ],
)
@pytest.mark.parametrize("path", ["/v1/traces", "/v1/metrics"])
async def test_a_body_that_is_not_otlp_is_rejected(collector, path, body, headers, status):
    assert (await collector.post(path, content=body, headers=headers)).status_code == status
    assert (await collector.get("/traces")).json() == []


async def test_the_page_loads_nothing_from_other_hosts(collector):
    page = await collector.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "http" not in page.text
