"""The bridge on moto's server: S3 announces objects itself, and boto3 talks to it."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from shared.adapters.aws.access import AwsAccess, AwsPlace
from shared.adapters.aws.sqs_object_feed import SqsObjectFeed
from shared.ports import SuspenseState, UnavailableError
from shared.service.collection import Collection, Objects
from shared.use_cases.collection import forward_objects
from tests.aws import PREFIX, RECEIVES_MAX, REGION, notify
from tests.use_cases.collected import cdr, sent

HIDDEN_FOR = timedelta(seconds=1)
"""Much shorter than in production, because a test waits until what was not deleted is visible again."""

PATIENCE, PAUSE = 30.0, 0.1
"""Seconds: until a wait fails, and between two looks."""

ROLE = "arn:aws:iam::123456789012:role/credits"
"""In the account of moto's queues."""


class OnAws:
    """The service of one world, with a bridge to *aws*."""

    def __init__(self, world, aws) -> None:
        self.world, self.aws = world, aws
        self.services = self.with_access(aws.access())

    def with_access(self, access):
        feed = SqsObjectFeed(access, self.aws.queue, HIDDEN_FOR, 0)
        return replace(self.world.services, collection=Collection(objects=Objects(feed, None)))

    async def run(self):
        await forward_objects.forward_objects(self.services)

    def names(self):
        return sorted(record["TransactionId"] for event in sent(self.world) for record in event["data"]["records"])


@pytest.fixture
def bridge(world, aws):
    return OnAws(world, aws)


async def test_objects_come_onto_the_queue_and_their_announcements_go(bridge, aws):
    notify(aws)
    assert aws.waiting() == 1  # S3's test event
    names = [f"t-{number}" for number in range(12)]
    for name in names:
        aws.put(f"{PREFIX}json/c 1/2026/03/01/11.50.00.020_{name}", json.dumps(cdr(name)).encode())
    aws.put("Amazon-Chime-Voice-Connector-SDRs/json/c/t-1", b"{}")
    await bridge.run()
    assert (bridge.names(), aws.waiting(), aws.waiting(aws.dead)) == (sorted(names), 0, 0)


async def test_a_deleted_object_becomes_a_dead_letter_and_is_forwarded_after_it_was_restored(bridge, aws):
    notify(aws)
    await bridge.run()
    key, content = f"{PREFIX}json/c/late", json.dumps(cdr("late")).encode()
    aws.put(key, content)
    aws.put(f"{PREFIX}json/c/good", json.dumps(cdr("good")).encode())
    aws.s3.delete_object(Bucket=aws.bucket, Key=key)
    for _ in range(RECEIVES_MAX + 1):
        await until_visible(aws)
        await bridge.run()
    assert (bridge.names(), aws.waiting(), aws.waiting(aws.dead)) == (["good"], 0, 1)
    aws.put(key, content)
    await bridge.run()
    aws.move_back()
    await bridge.run()
    assert set(bridge.names()) == {"good", "late"}
    assert (aws.waiting(), aws.waiting(aws.dead)) == (0, 0)


async def test_the_role_is_assumed_with_the_identitys_token(bridge, aws):
    """moto gives keys to whoever shows a token; without one, AWS and moto refuse."""
    asked = []

    def token():
        asked.append(1)
        return "header.payload.signature"

    bridge.services = bridge.with_access(AwsAccess(AwsPlace(REGION, aws.endpoint, ROLE), token))
    aws.sqs.send_message(QueueUrl=aws.queue, MessageBody='{"Event":"s3:TestEvent"}')
    await bridge.run()
    assert (aws.waiting(), len(asked)) == (0, 1)


async def test_without_a_token_nothing_is_asked_of_aws(bridge, aws):
    def token():
        raise UnavailableError("no token")

    bridge.services = bridge.with_access(AwsAccess(AwsPlace(REGION, aws.endpoint, ROLE), token))
    with pytest.raises(UnavailableError, match="no token"):
        await bridge.run()


async def test_an_unintelligible_object_is_in_suspense_before_its_announcement_is_deleted(bridge, aws, world):
    notify(aws)
    aws.put(f"{PREFIX}json/c/t-1", b"<not json>")
    await bridge.run()
    items = [item.message async for item in world.services.suspense.items(SuspenseState.OPEN, None)]
    assert (items, aws.waiting()) == (["<not json>"], 0)


async def until_visible(aws):
    """Return when no announcement is hidden."""
    latest = monotonic() + PATIENCE
    name = "ApproximateNumberOfMessagesNotVisible"
    while aws.sqs.get_queue_attributes(QueueUrl=aws.queue, AttributeNames=[name])["Attributes"][name] != "0":
        assert monotonic() < latest
        await asyncio.sleep(PAUSE)
