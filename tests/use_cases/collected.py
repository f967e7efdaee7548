"""Records of Amazon Chime and rows of Microsoft Graph for tests, written by hand, and what is sent of them."""

import json
from dataclasses import replace
from typing import Any

from shared.service.collection import Collection, Objects
from shared.use_cases.collection import forward_objects
from tests.fakes.object_feed import FakeObjectFeed
from tests.fakes.world import World

FOLDER = "Amazon-Chime-Voice-Connector-CDRs/json/connector-1/2026/03/01"
STREAMED = "Amazon-Chime-Voice-Connector-SDRs/json/connector-1/2026/03/01"
STARTED = 1772366400  # 2026-03-01T12:00:00Z


def cdr(name: str = "t-1", **fields: Any) -> dict[str, Any]:
    """A call of a Voice Connector, out to London."""
    facts = {
        "AwsAccountId": "111122223333",
        "TransactionId": name,
        "CallId": f"{name}@203.0.113.9",
        "VoiceConnectorId": "connector-1",
        "Status": "Completed",
        "BillableDurationSeconds": 60,
        "SchemaVersion": "2.0",
        "SourcePhoneNumber": "+12065550100",
        "DestinationPhoneNumber": "+442079460123",
        "UsageType": "USE1-US-GB-outbound-minutes",
        "ServiceCode": "AmazonChimeVoiceConnector",
        "Direction": "Outbound",
        "StartTimeEpochSeconds": STARTED - 600,
        "EndTimeEpochSeconds": STARTED - 540,
    }
    return {**facts, **fields}


def row(name: str = "9c4984c7-6c3c-427d-a30c-000000000001", started: str = "2026-03-01T11:50:00Z", **fields: Any):
    """A row of the PSTN log: a user calls London for a minute."""
    facts = {
        "id": name,
        "callId": "1835317186_112562680@203.0.113.9",
        "userId": "db03c14b-06eb-4189-939b-7cbf3a20ba27",
        "startDateTime": started,
        "endDateTime": started.replace(":00Z", ":59Z"),
        "duration": 60,
        "charge": 0.0,
        "callType": "user_out",
        "currency": "USD",
        "calleeNumber": "+442079460123",
        "callerNumber": "+12065550100",
        "usageCountryCode": "US",
        "tenantCountryCode": "US",
        "licenseCapability": "MCOPSTN1",
    }
    return {**facts, **fields}


class Bridge:
    """The bridge of one world, and its feed."""

    def __init__(self, world: World, feed: FakeObjectFeed | None = None, profile: str | None = None) -> None:
        self.world, self.feed = world, feed or FakeObjectFeed()
        self.services = replace(world.services, collection=Collection(objects=Objects(self.feed, profile)))

    def put(self, *names: str, times: int = 1) -> None:
        for name in names:
            self.feed.put(f"{FOLDER}/{name}", json.dumps(cdr(name)).encode(), times=times)

    async def run(self) -> None:
        await forward_objects.forward_objects(self.services)

    def sent(self) -> list[dict[str, Any]]:
        return sent(self.world)

    def names(self) -> list[str]:
        """The records that were sent, in order."""
        return [record["TransactionId"] for event in self.sent() for record in event["data"]["records"]]

    def dead(self) -> list[str]:
        return [message.body for message in self.feed.dead]


def sent(world: World) -> list[dict[str, Any]]:
    """The events on the queue `usage`."""
    return [json.loads(text) for queue, text in world.queues.waiting if queue == "usage"]
