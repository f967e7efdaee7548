"""Objects of Amazon Chime for a set of calls, and the messages that announce them."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote_plus

from shared.kernel.times import parse_instant
from tests.proofs.prove.calls import Record

FOLDER = "Amazon-Chime-Voice-Connector-CDRs/json"
STREAMED = "Amazon-Chime-Voice-Connector-SDRs/json"
DIRECTIONS = {"in": "Inbound", "out": "Outbound"}
TIMES_MOST = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its key, its content, and the call that it records; None: it records none."""

    key: str
    content: bytes
    record: Record | None = None


def connector(account: str) -> str:
    """The Voice Connector of an account."""
    return f"connector-{account[:8]}"


def recorded(call: Record, number: int) -> Stored:
    """The object that Chime writes for *call*."""
    data, system, name = call.event["data"], connector(call.account), f"transaction-{number}"
    started = parse_instant(data["startedAt"])
    content = {
        "AwsAccountId": "111122223333",
        "TransactionId": name,
        "CallId": f"{name}@203.0.113.9:8080",
        "VoiceConnectorId": system,
        "Status": "Completed",
        "BillableDurationSeconds": data["durationSeconds"],
        "SchemaVersion": "2.0",
        "SourcePhoneNumber": data["calling"],
        "DestinationPhoneNumber": data["called"],
        "UsageType": "USE1-US-US-outbound-minutes",
        "ServiceCode": "AmazonChimeVoiceConnector",
        "Direction": DIRECTIONS[data["direction"]],
        "StartTimeEpochSeconds": int(started.timestamp()),
        "EndTimeEpochSeconds": int(started.timestamp()) + data["durationSeconds"],
    }
    booked = Record(call.account, f"urn:credits:chime-cdr:{system}", name, call.event, call.cost)
    return Stored(f"{FOLDER}/{system}/{started:%Y/%m/%d/%H.%M.%S.000}_{name}", json.dumps(content).encode(), booked)


def streamed(stored: Stored) -> Stored:
    """The streaming record of the same call: it has the call's TransactionId, and would double it."""
    content = {**json.loads(stored.content), "UsageType": "USE1-VC-kinesis-audio-streaming"}
    return Stored(stored.key.replace(FOLDER, STREAMED), json.dumps(content).encode())


def announcements(rng: random.Random, bucket: str, objects: Sequence[Stored]) -> list[str]:
    """The messages: each object is announced one to three times, by S3 itself or through SNS or EventBridge, all in
    random order.
    """
    bodies = [
        json.dumps(rng.choice((_by_s3, _by_sns, _by_eventbridge))(bucket, stored.key))
        for stored in objects
        for _ in range(rng.randint(1, TIMES_MOST))
    ]
    bodies.append(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": bucket}))
    rng.shuffle(bodies)
    return bodies


def _by_s3(bucket: str, key: str) -> Mapping[str, Any]:
    place = {"bucket": {"name": bucket}, "object": {"key": quote_plus(key), "sequencer": "0055AED6DCD90281E5"}}
    return {"Records": [{"eventVersion": "2.1", "eventName": "ObjectCreated:Put", "s3": place}]}


def _by_sns(bucket: str, key: str) -> Mapping[str, Any]:
    return {"Type": "Notification", "MessageId": "1", "Message": json.dumps(_by_s3(bucket, key))}


def _by_eventbridge(bucket: str, key: str) -> Mapping[str, Any]:
    place = {"bucket": {"name": bucket}, "object": {"key": key, "size": 700}}
    return {"version": "0", "source": "aws.s3", "detail-type": "Object Created", "detail": place}


def cost(objects: Sequence[Stored]) -> Decimal:
    """What the calls cost together."""
    return sum((stored.record.cost for stored in objects if stored.record), Decimal())
