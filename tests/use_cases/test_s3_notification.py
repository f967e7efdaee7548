"""Which objects a message of SQS announces, on each way that it can take."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ports import StoredObject
from shared.use_cases.collection.s3_notification import UnintelligibleError, announced
from tests.fakes.object_feed import notification
from tests.reference import reference

WHERE = StoredObject("cdrs", "Amazon-Chime-Voice-Connector-CDRs/json/c/2026/03/01/11.50.00.020_t-1")
PLAIN = notification(WHERE)
ON_BRIDGE = {
    "version": "0",
    "source": "aws.s3",
    "detail-type": "Object Created",
    "detail": {"version": "0", "bucket": {"name": "cdrs"}, "object": {"key": WHERE.key, "size": 1, "etag": "e"}},
}


def by_sns(message):
    """As SNS wraps a message unless raw delivery is switched on."""
    return {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:x", "Message": json.dumps(message)}


@pytest.mark.parametrize(
    "message",
    [PLAIN, by_sns(PLAIN), ON_BRIDGE, by_sns(ON_BRIDGE)],
    ids=["S3", "S3, SNS", "EventBridge", "EventBridge, SNS"],
)
def test_the_object_is_found_on_every_way(message):
    assert list(announced(json.dumps(message))) == [WHERE]


def test_versions_of_the_form_and_unknown_fields_do_not_matter():
    [record] = PLAIN["Records"]
    newer = {"Records": [{**record, "eventVersion": "2.6", "eventName": "s3:ObjectCreated:Copy", "new": {"a": 1}}]}
    assert list(announced(json.dumps(newer))) == [WHERE]


def test_a_key_is_decoded_as_a_form_except_from_eventbridge():
    [record] = notification(StoredObject("cdrs", "x"))["Records"]
    record["s3"]["object"]["key"] = "a+b%2Bc%2Fd%C3%BC"
    assert next(iter(announced(json.dumps({"Records": [record]})))).key == "a b+c/dü"
    there = {**ON_BRIDGE, "detail": {"bucket": {"name": "cdrs"}, "object": {"key": "a+b%2B"}}}
    assert next(iter(announced(json.dumps(there)))).key == "a+b%2B"


def test_an_empty_version_is_none():
    [record] = PLAIN["Records"]
    record["s3"]["object"]["versionId"] = ""
    assert list(announced(json.dumps({"Records": [record]}))) == [WHERE]
    there = {**ON_BRIDGE, "detail": {"bucket": {"name": "b"}, "object": {"key": "k", "version-id": "v"}}}
    assert list(announced(json.dumps(there))) == [StoredObject("b", "k", "v")]


@pytest.mark.parametrize("wrap", [lambda message: message, by_sns])
def test_the_test_event_announces_nothing(wrap):
    assert list(announced(json.dumps(wrap({"Service": "Amazon S3", "Event": "s3:TestEvent"})))) == []


def test_other_events_announce_nothing():
    assert list(announced(json.dumps(notification(WHERE, event="ObjectRestore:Post")))) == []
    assert list(announced(json.dumps({**ON_BRIDGE, "detail-type": "Object Deleted"}))) == []


def test_endless_wrapping_is_refused():
    message = PLAIN
    for _ in range(4):
        message = by_sns(message)
    with pytest.raises(UnintelligibleError, match="too often"):
        announced(json.dumps(message))


@settings(max_examples=20)
@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_anything_else_is_refused_with_a_reason(body):
    with pytest.raises(UnintelligibleError, match="no notification of S3"):
        announced(body)


@pytest.mark.parametrize("name", ["aws-s3-events/moto-5.2.1-object-created-put.json"])
def test_real_notifications_are_understood(name):
    folder = reference("telephony")
    [found] = announced((folder / name).read_text())
    assert (found.bucket, found.key.count("/")) == ("cdrs", 6)
    [found] = announced((folder / "amazon-chime-aws-samples" / "s3-event.put.json").read_text())
    assert found == StoredObject(
        "chimevoiceconnector-reports", "Amazon-Chime-Voice-Connector-CDRs/json/cdr_sample.json"
    )
    assert not announced((folder / "aws-s3-events" / "moto-5.2.1-test-event.json").read_text())
