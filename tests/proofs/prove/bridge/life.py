"""`python -m tests.proofs.prove.bridge.life`: one run of the bridge in a process of its own, which may have to die."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from local.clock import LocalClock
from shared.adapters.aws.access import AwsAccess, AwsPlace
from shared.adapters.aws.sqs_object_feed import SqsObjectFeed
from shared.service.collection import Collection, Objects
from shared.settings import read_settings
from shared.use_cases.collection.forward_objects import forward_objects
from shared.wiring.composition import opened
from tests.proofs.prove.bridge.mortal import MortalFeed, Mortality, MortalQueues

HIDDEN_SECONDS = 3
"""What a dead process holds is delivered again after that: in production after five minutes."""

WAIT_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Life:
    """What a process needs to know: the service's settings and clock, the queue, the profile, and where it dies."""

    settings: Mapping[str, str]
    clock: str
    region: str
    endpoint: str
    queue_url: str
    profile: str
    gap: tuple[str, str] | None
    times: int

    def text(self) -> str:
        """The command line's argument."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> "Life":
        """The life that `text` wrote."""
        found = json.loads(text)
        return cls(**{**found, "gap": tuple(found["gap"]) if found["gap"] else None})


async def live(life: Life) -> None:
    """One run, as the timer starts it."""
    access, mortality = AwsAccess(AwsPlace(life.region, life.endpoint), lambda: ""), Mortality(life.gap, life.times)
    feed = SqsObjectFeed(access, life.queue_url, timedelta(seconds=HIDDEN_SECONDS), WAIT_SECONDS)
    objects = Objects(MortalFeed(feed, mortality), life.profile)
    async with opened(read_settings(life.settings), LocalClock(Path(life.clock))) as services:
        queues = MortalQueues(services.queues, mortality)
        await forward_objects(replace(services, queues=queues, collection=Collection(objects=objects)))


if __name__ == "__main__":
    logging.getLogger("shared").setLevel(logging.ERROR)  # the parent counts what is not forwarded
    os.environ.update(AWS_ACCESS_KEY_ID="example", AWS_SECRET_ACCESS_KEY="example", AWS_CONFIG_FILE="nowhere")
    asyncio.run(live(Life.read(sys.argv[1])))
