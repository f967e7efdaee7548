"""Turns records into queue messages: each record one to three times, shuffled, single or batched, plain or base64."""

import base64
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from local.demo.delivery import sent_again
from tests.proofs.prove.calls import Record

BATCH_MOST = 20
"""Maximum events in one message; twenty take 10 KiB of the 64 KiB that a message may have."""


REWRITTEN = 0.2
"""Share of deliveries whose JSON differs without a change of meaning: another UTC offset, additional fields."""


def deliveries(rng: random.Random, records: Sequence[Record]) -> list[Record]:
    """Every record one to three times, shuffled. The JSON of some repeats differs, but means the same."""
    sent = [record for record in records for _ in range(rng.randint(1, 3))]
    sent = [replace(record, event=sent_again(record.event)) if rng.random() < REWRITTEN else record for record in sent]
    rng.shuffle(sent)
    return sent


def messages(rng: random.Random, sent: Sequence[Record]) -> list[str]:
    """The deliveries as message texts."""
    return [_text(rng, batch) for batch in _batches(rng, sent)]


def _batches(rng: random.Random, sent: Sequence[Record]) -> Iterator[Sequence[Record]]:
    start = 0
    while start < len(sent):
        size = rng.choice((1, 1, rng.randint(2, BATCH_MOST)))
        yield sent[start : start + size]
        start += size


def _text(rng: random.Random, batch: Sequence[Record]) -> str:
    """A single event, or an array; sometimes an array of one."""
    events = [record.event for record in batch]
    plain = json.dumps(events[0] if len(events) == 1 and rng.random() < 0.8 else events)
    return base64.b64encode(plain.encode()).decode() if rng.random() < 0.5 else plain
