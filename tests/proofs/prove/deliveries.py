"""How records reach the queue: each one to three times, in random order, singly and in batches, plain and base64."""

import base64
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from local.demo.delivery import sent_again
from tests.proofs.prove.calls import Record

BATCH_MOST = 20
"""Events in one message; twenty take 10 KiB of the 64 that a message may have."""


REWRITTEN = 0.2
"""Part of the deliveries that are written otherwise: another offset, further fields."""


def deliveries(dice: random.Random, records: Sequence[Record]) -> list[Record]:
    """Every record once, twice or three times, shuffled. Repeats may be written otherwise and mean the same."""
    sent = [record for record in records for _ in range(dice.randint(1, 3))]
    sent = [replace(record, event=sent_again(record.event)) if dice.random() < REWRITTEN else record for record in sent]
    dice.shuffle(sent)
    return sent


def messages(dice: random.Random, sent: Sequence[Record]) -> list[str]:
    """The same as the texts of messages."""
    return [_text(dice, batch) for batch in _batches(dice, sent)]


def _batches(dice: random.Random, sent: Sequence[Record]) -> Iterator[Sequence[Record]]:
    start = 0
    while start < len(sent):
        size = dice.choice((1, 1, dice.randint(2, BATCH_MOST)))
        yield sent[start : start + size]
        start += size


def _text(dice: random.Random, batch: Sequence[Record]) -> str:
    """An event, or an array of them; an array of one is one, too."""
    events = [record.event for record in batch]
    plain = json.dumps(events[0] if len(events) == 1 and dice.random() < 0.8 else events)
    return base64.b64encode(plain.encode()).decode() if dice.random() < 0.5 else plain
