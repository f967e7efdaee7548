"""The contract of the port `ObjectFeed`, for the fake and for the adapter on moto's server."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from shared.adapters.aws.access import AwsAccess, AwsPlace
from shared.adapters.aws.sqs_object_feed import HIDDEN_FOR, SqsObjectFeed
from shared.ports import ObjectUnreadableError, StoredObject, UnavailableError
from tests.aws import PREFIX, RECEIVES_MAX, REGION
from tests.fakes.object_feed import FakeObjectFeed, notification

PATIENCE, PAUSE = 30.0, 0.1
"""Seconds: until a wait fails, and between two looks."""

NO_WAIT = 0


class OnFake:
    """The fake, with the steps that a test needs."""

    def __init__(self) -> None:
        self.feed, self.bucket = FakeObjectFeed(receives_max=RECEIVES_MAX), "cdrs"

    def put(self, key, content):
        self.feed.put(key, content)

    def send(self, body):
        self.feed.announce(body)

    async def lapse(self):
        self.feed.lapse()

    def dead(self):
        return len(self.feed.dead)


class OnMoto:
    """The adapter; announcements are hidden for only a second."""

    def __init__(self, aws) -> None:
        self.aws, self.bucket = aws, aws.bucket
        self.feed = SqsObjectFeed(aws.access(), aws.queue, timedelta(seconds=1), NO_WAIT)

    def put(self, key, content):
        self.aws.put(key, content)
        self.send(json.dumps(notification(StoredObject(self.bucket, key))))

    def send(self, body):
        self.aws.sqs.send_message(QueueUrl=self.aws.queue, MessageBody=body)

    async def lapse(self):
        """Return when nothing is hidden any more."""
        deadline = monotonic() + PATIENCE
        name = "ApproximateNumberOfMessagesNotVisible"
        while (
            self.aws.sqs.get_queue_attributes(QueueUrl=self.aws.queue, AttributeNames=[name])["Attributes"][name] != "0"
        ):
            assert monotonic() < deadline
            await asyncio.sleep(PAUSE)

    def dead(self):
        return self.aws.waiting(self.aws.dead)


@pytest.fixture(params=["fake", "moto"])
def rig(request):
    return OnFake() if request.param == "fake" else OnMoto(request.getfixturevalue("aws"))


async def test_up_to_ten_announcements_are_received_and_then_hidden(rig):
    for number in range(12):
        rig.send(str(number))
    first, second = await rig.feed.receive(), await rig.feed.receive()
    assert (len(first), len(second)) == (10, 2)
    assert {each.body for each in [*first, *second]} == {str(number) for number in range(12)}


async def test_nothing_is_received_from_an_empty_queue(rig):
    assert list(await rig.feed.receive()) == []


async def test_what_is_deleted_never_comes_again_and_the_rest_does(rig):
    rig.send("kept")
    rig.send("deleted")
    received = await rig.feed.receive()
    assert list(await rig.feed.delete([each for each in received if each.body == "deleted"])) == []
    await rig.lapse()
    assert [each.body for each in await rig.feed.receive()] == ["kept"]


async def test_what_is_received_too_often_becomes_a_dead_letter(rig):
    rig.send("bad")
    for _ in range(RECEIVES_MAX):
        assert [each.body for each in await rig.feed.receive()] == ["bad"]
        await rig.lapse()
    assert (list(await rig.feed.receive()), rig.dead()) == ([], 1)


async def test_an_object_is_read_by_its_key(rig):
    key = f"{PREFIX}json/c/2026/03/01/11.50.00.020 +%ü"
    rig.put(key, b'{"TransactionId":"t"}')
    assert await rig.feed.read(StoredObject(rig.bucket, key), 100) == b'{"TransactionId":"t"}'


async def test_a_missing_object_can_not_be_read(rig):
    with pytest.raises(ObjectUnreadableError, match="NoSuchKey"):
        await rig.feed.read(StoredObject(rig.bucket, "missing"), 100)


async def test_an_object_that_is_too_large_can_not_be_read(rig):
    rig.put("large", b"x" * 101)
    with pytest.raises(ObjectUnreadableError, match="larger than 100"):
        await rig.feed.read(StoredObject(rig.bucket, "large"), 100)
    assert len(await rig.feed.read(StoredObject(rig.bucket, "large"), 101)) == 101


@pytest.mark.parametrize("bucket", ["no-such-bucket", "", "../other", "A bucket"])
async def test_no_name_of_a_bucket_is_an_outage(aws, bucket):
    """A forged announcement must not stop the run."""
    feed = SqsObjectFeed(aws.access(), aws.queue, HIDDEN_FOR, NO_WAIT)
    with pytest.raises(ObjectUnreadableError):
        await feed.read(StoredObject(bucket, "key"), 100)


async def test_a_prolonged_announcement_stays_hidden(aws):
    feed = SqsObjectFeed(aws.access(), aws.queue, timedelta(seconds=1), NO_WAIT)
    aws.sqs.send_message(QueueUrl=aws.queue, MessageBody="slow")
    received = await feed.receive()
    await SqsObjectFeed(aws.access(), aws.queue, HIDDEN_FOR, NO_WAIT).prolong(received)
    patient = SqsObjectFeed(aws.access(), aws.queue, HIDDEN_FOR, 2)  # longer than the second of the first receipt
    assert list(await patient.receive()) == []


async def test_a_partly_failed_deletion_names_what_is_left(aws):
    """The status is 200 all the same."""
    feed = SqsObjectFeed(aws.access(), aws.queue, HIDDEN_FOR, NO_WAIT)
    for body in ("one", "two"):
        aws.sqs.send_message(QueueUrl=aws.queue, MessageBody=body)
    first, second = await feed.receive()
    broken = replace(first, receipt="no receipt")
    assert list(await feed.delete([broken, second])) == [broken]
    assert aws.waiting() == 1


async def test_a_version_is_read(aws):
    aws.s3.put_bucket_versioning(Bucket=aws.bucket, VersioningConfiguration={"Status": "Enabled"})
    old = aws.s3.put_object(Bucket=aws.bucket, Key="k", Body=b"old")["VersionId"]
    aws.put("k", b"new")
    feed = SqsObjectFeed(aws.access(), aws.queue, HIDDEN_FOR, NO_WAIT)
    assert await feed.read(StoredObject(aws.bucket, "k", old), 100) == b"old"
    with pytest.raises(ObjectUnreadableError):
        await feed.read(StoredObject(aws.bucket, "k", "no-such-version"), 100)


async def test_a_missing_queue_or_server_is_an_outage(aws):
    with pytest.raises(UnavailableError, match="NonExistentQueue"):
        await SqsObjectFeed(aws.access(), f"{aws.queue}-missing", HIDDEN_FOR, NO_WAIT).receive()
    unreachable = AwsAccess(AwsPlace(REGION, "http://127.0.0.1:9"), lambda: "")
    with pytest.raises(UnavailableError, match="SQS, receive: EndpointConnectionError"):
        await SqsObjectFeed(unreachable, "http://127.0.0.1:9/1/q", HIDDEN_FOR, NO_WAIT).receive()
    with pytest.raises(UnavailableError, match="S3, read: EndpointConnectionError"):
        await SqsObjectFeed(unreachable, "http://127.0.0.1:9/1/q", HIDDEN_FOR, NO_WAIT).read(
            StoredObject("bucket", "k"), 1
        )
