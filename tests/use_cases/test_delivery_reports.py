"""Delivery reports, and addresses that they say cannot be reached (R18)."""

import base64
import json

import pytest

from shared.use_cases.notices.note_report import note_report
from tests.alerts import told
from tests.use_cases.mailing import ANN, BOB, attempt, deliveries, said, two_notices, want_notices


@pytest.fixture
async def tenant(tenant):
    await want_notices(tenant)
    return tenant


@pytest.mark.parametrize("form", ["plain", "list", "base64", "cloudEvent"])
async def test_a_delivery_report_is_read_in_every_form(world, tenant, form):
    await tenant.set_administrators(ANN)
    await attempt(world, *await two_notices(world))
    event = said(world, 0, "Delivered")
    if form == "cloudEvent":
        event = {"specversion": "1.0", "type": event.pop("eventType"), **event}
    text = json.dumps([event] if form == "list" else event).encode()
    await note_report(world.services, base64.b64encode(text) if form == "base64" else text)
    assert [state for *_, state in await deliveries(tenant)] == ["delivered", "sent"]


async def test_an_email_is_delivered_when_every_reader_has_it_and_reports_count_once(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    await attempt(world, *await two_notices(world))
    for _ in range(2):
        await note_report(world.services, json.dumps(said(world, 0, "Delivered")).encode())
    assert (await deliveries(tenant))[0][3] == "sent"
    await note_report(world.services, json.dumps(said(world, 0, "Delivered", "Bob@example.com")).encode())
    assert (await deliveries(tenant))[0][3] == "delivered"


async def test_one_reader_who_was_not_reached_makes_it_failed(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    await attempt(world, *await two_notices(world))
    await note_report(
        world.services,
        json.dumps([said(world, 0, "Quarantined"), said(world, 0, "Delivered", "bob@example.com")]).encode(),
    )
    [first, _] = await told(tenant)
    assert (first["delivery"], first["undelivered"]) == ("failed", 1)


async def test_a_report_about_another_message_or_event_is_ignored(world, tenant):
    await tenant.set_administrators(ANN)
    await attempt(world, *await two_notices(world))
    foreign = said(world, 0, "Bounced")
    foreign["data"]["messageId"] = "00000000-0000-4000-8000-000000000000"
    other = said(world, 0, "Bounced", eventType="Microsoft.Communication.EmailEngagementTrackingReportReceived")
    stranger = said(world, 0, "Bounced", "eve@example.com")
    for event in (foreign, other, stranger):
        await note_report(world.services, json.dumps(event).encode())
    assert {state for *_, state in await deliveries(tenant)} == {"sent"}


@pytest.mark.parametrize("text", [b"", b"{", b"%%%", b"[1]", b"{}1"])
async def test_a_message_that_is_no_report_fails_and_is_not_lost(world, text):
    with pytest.raises((ValueError, AttributeError)):
        await note_report(world.services, text)


async def test_a_bounced_address_gets_nothing_more_and_the_others_are_told(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    first, second = await two_notices(world)
    await attempt(world, first)
    await note_report(world.services, json.dumps(said(world, 0, "Bounced")).encode())
    await attempt(world, second)
    [_, after] = world.mail.emails
    assert after.to == ("bob@example.com",)
    assert "E-mails to a***@example.com cannot be delivered" in after.text
    assert "ann@example.com" not in after.text + after.html
    assert "ann" not in json.dumps(
        [dict(row.values) for rows in world.notices.partitions.values() for row in rows.values()]
    )


async def test_the_last_address_is_tried_even_if_it_bounced(world, tenant):
    await tenant.set_administrators(ANN)
    first, second = await two_notices(world)
    await attempt(world, first)
    await note_report(world.services, json.dumps(said(world, 0, "Bounced")).encode())
    await attempt(world, second)
    assert len(world.mail.emails) == 2


async def test_saving_the_administrators_again_ends_the_suppression(world, tenant):
    await tenant.set_administrators(ANN, BOB)
    first, second = await two_notices(world)
    await attempt(world, first)
    await note_report(world.services, json.dumps(said(world, 0, "Suppressed")).encode())
    await tenant.set_administrators(ANN, BOB)
    await attempt(world, second)
    assert world.mail.emails[1].to == ("ann@example.com", "bob@example.com")
