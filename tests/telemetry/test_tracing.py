"""One trace through queues and commits; without tracing there are no effects."""

import asyncio
import json

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from shared.telemetry.tracing import current_span_context, span, trace_field
from shared.use_cases.usage.record_usage import record_poison
from tests.tenant import call, report, usd

SWITCH = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def armed(tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.store_card()
    await tenant.grant("10.01")
    await tenant.set_auto_recharge(trigger=usd("10"))


async def test_without_tracing_messages_are_unchanged(world, tenant):
    await armed(tenant)
    await report(world, call())
    assert [sorted(json.loads(text)) for _, text in world.queues.waiting] == [["account", "id", "slot"]]
    assert trace_field() == {}


async def test_without_tracing_an_incoming_trace_is_passed_on(world, tenant):
    await armed(tenant)
    await report(world, {**call(), "traceparent": SWITCH})
    assert [json.loads(text)["traceparent"] for _, text in world.queues.waiting] == [SWITCH]


async def test_the_span_of_a_payment_is_a_child_of_its_commit(world, tenant, recorder):
    await armed(tenant)
    await report(world, {**call(), "traceparent": SWITCH})
    await world.drain()
    usage, payment, email = (recorder.spans(name)[-1] for name in ("usage", "payment", "e-mail"))
    commits = {one.context.span_id: one for one in recorder.spans("commit")}
    assert usage.kind is SpanKind.CONSUMER
    assert usage.parent.span_id == int(SWITCH.split("-")[2], 16)
    assert commits[payment.parent.span_id].parent.span_id == usage.context.span_id
    assert commits[email.parent.span_id].parent.span_id == payment.context.span_id
    assert {one.context.trace_id for one in (usage, payment, email)} == {int(SWITCH.split("-")[1], 16)}
    assert [dict(one.attributes) for one in (payment, email)] == [{"credits.account": tenant.account}] * 2


async def test_a_look_says_at_whose_account(world, tenant, recorder):
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00Z")
    await world.tick(days=2)
    assert {*(dict(one.attributes)["credits.account"] for one in recorder.spans("wakeup"))} == {tenant.account}


async def test_a_commit_of_many_calls_has_one_parent_and_links_the_others(world, tenant, recorder):
    await armed(tenant)
    free = [call(f"free-{number}", direction="in") for number in range(4)]  # nothing follows from these
    await asyncio.gather(*(report(world, each) for each in (*free, {**call("paid"), "traceparent": SWITCH})))
    (paid,) = [one for one in recorder.spans("usage") if one.parent]
    others = {one.context.span_id for one in recorder.spans("usage") if not one.parent}
    (commit,) = [one for one in recorder.spans("commit") if one.context.trace_id == paid.context.trace_id]
    linked = {link.context.span_id for link in commit.links}
    assert commit.parent.span_id == paid.context.span_id
    assert dict(commit.attributes or {}) == {"credits.events": len(linked) + 1, "credits.outcome": "won"}
    assert linked
    assert linked <= others


@pytest.mark.usefixtures("tenant")
async def test_several_events_of_one_message_have_one_origin(world, recorder):
    await report(world, [call("a"), call("b")])
    commit = recorder.spans("commit")[-1]
    (usage,) = recorder.spans("usage")
    assert dict(usage.attributes) == {"credits.events": 2}
    assert commit.parent.span_id == usage.context.span_id
    assert commit.links == ()


@pytest.mark.usefixtures("tenant")
async def test_a_poison_message_is_in_its_senders_trace_as_a_separate_operation(world, recorder):
    await record_poison(world.services, json.dumps({**call(), "traceparent": SWITCH}).encode())
    (buried,) = recorder.spans("usage-poison")
    assert (buried.kind, dict(buried.attributes)) == (SpanKind.CONSUMER, {"credits.events": 1})
    assert buried.parent.span_id == int(SWITCH.split("-")[2], 16)
    assert recorder.spans("usage") == []


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(
    "junk", [7, None, "", "00-0-0-01", {"a": 1}, "ff" + SWITCH[2:], "00-" + "0" * 32 + SWITCH[35:]]
)
async def test_an_invalid_traceparent_is_ignored(world, recorder, junk):
    await report(world, {**call(), "traceparent": junk})
    assert recorder.spans("usage")[0].parent is None


def test_the_trace_of_the_delivery_is_linked(recorder):
    with span("host") as host, span("e-mail", parent=SWITCH) as email:
        assert current_span_context() == email.get_span_context()
    assert [link.context.span_id for link in recorder.spans("e-mail")[0].links] == [host.get_span_context().span_id]


def test_a_failed_span_has_the_type_of_error_only(recorder):
    with pytest.raises(ValueError, match="secret"), span("payment"):
        raise ValueError("the secret of +14255550101")
    (failed,) = recorder.spans()
    assert (failed.status.status_code, failed.status.description) == (StatusCode.ERROR, "ValueError")
    assert failed.events == ()
