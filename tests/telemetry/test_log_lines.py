"""A log line is a JSON object with the correlation id of its request or message."""

import json
import logging
from datetime import timedelta

import azure.functions as func
import pytest
from opentelemetry.trace import format_trace_id

from local.host.functions import Function
from shared.telemetry.correlation import correlated
from shared.telemetry.log_lines import JsonLines, add_correlation
from shared.telemetry.tracing import span
from shared.use_cases.payments import move_payment
from tests.functions.requests import functions
from tests.tenant import call, report, usd

log = logging.getLogger("example")


def lines(recorder):
    return [json.loads(line) for line in recorder.lines if '"example"' in line or "functions" in line]


def test_a_log_line_has_time_message_place_and_correlation(recorder):
    with correlated("request-1"), span("commit") as commit:
        log.warning("it takes %d tries", 3)
    (line,) = lines(recorder)
    assert line.pop("time").endswith("Z")
    assert len(line.pop("span")) == 16
    assert line == {
        "level": "WARNING",
        "logger": "example",
        "message": "it takes 3 tries",
        "correlation": "request-1",
        "trace": format_trace_id(commit.get_span_context().trace_id),
    }


def test_outside_of_requests_a_log_line_has_no_correlation(recorder):
    log.info("ready")
    assert lines(recorder)[0].keys() == {"time", "level", "logger", "message"}


def test_an_error_is_one_line_with_its_traceback(recorder):
    try:
        int("lot")
    except ValueError:
        log.exception("failed")
    (line,) = lines(recorder)
    assert line["error"].startswith("Traceback")
    assert line["error"].endswith("base 10: 'lot'")


def test_a_handler_that_sends_fields_gets_the_correlation_as_one():
    record = log.makeRecord("example", logging.INFO, "here", 1, "ready", (), None)
    with correlated("request-1"):
        assert add_correlation(record)
    assert record.__dict__["correlation"] == "request-1"
    assert "message" in json.loads(JsonLines().format(record))


async def test_log_lines_of_a_request_have_the_callers_id(api, world, recorder):
    async def broken(_verb, _partition, _what):
        raise KeyError("lot")

    world.ledger.before = broken
    account = "5f0c1f9e-0000-4000-8000-000000000001"
    await api.request("GET", f"accounts/{account}", headers={"X-Correlation-Id": "portal-7"})
    (line,) = [line for line in lines(recorder) if line["level"] == "ERROR"]
    assert line["correlation"] == "portal-7"
    assert line["trace"]


@pytest.mark.usefixtures("api")
async def test_log_lines_of_a_message_have_the_messages_id(tenant, world, recorder):
    await tenant.store_card()
    await tenant.grant("10.01")
    await tenant.set_auto_recharge(trigger=usd("10"))
    await report(world, call())
    await move_payment.move_payment(world.services, world.queues.waiting.popleft()[1].encode())
    message = func.QueueMessage(id="message-7", body=world.queues.waiting.popleft()[1].encode())
    await functions()["send_notice"].get_user_function()(message)
    (line,) = [json.loads(line) for line in recorder.lines if "reaches nobody" in line]
    assert line["correlation"] == "message-7"
    assert world.mail.emails == []


async def test_the_host_logs_the_message_whose_function_failed(recorder):
    async def handler(message):
        raise LookupError(message.id)

    failing = Function("send_notice", {"type": "queueTrigger", "name": "message"}, handler, timedelta(seconds=10))
    with pytest.raises(LookupError):
        await failing.invoke(func.QueueMessage(id="message-8"))
    (line,) = [json.loads(line) for line in recorder.lines if "local.host" in line]
    assert line["correlation"] == "message-8"
    assert line["message"].startswith("send_notice failed after")
