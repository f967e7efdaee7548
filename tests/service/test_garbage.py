"""A busy worker spends little on the garbage collector, and what only the collector can free is still freed."""

import gc
import weakref

import pytest

from shared.wiring.garbage import THRESHOLDS, spare_garbage_collector

UNDER_WAY = 5_000
"""More objects than Python's own threshold, and fewer than the service's."""


@pytest.fixture
def collections():
    """How often the collector has looked at objects; what the service sets is undone."""
    runs: list[int] = []

    def note(phase, info):
        if phase == "stop":
            runs.append(info["generation"])

    before = gc.get_threshold()
    gc.collect()
    gc.callbacks.append(note)
    yield runs
    gc.callbacks.remove(note)
    gc.set_threshold(*before)
    gc.unfreeze()


def test_the_objects_of_calls_under_way_do_not_wake_the_collector(collections):
    spare_garbage_collector()
    under_way: list[list[int]] = [[] for _ in range(UNDER_WAY)]
    assert len(under_way) == UNDER_WAY
    assert collections == []


def test_objects_that_refer_to_each_other_are_freed_in_the_end(collections):
    class Node:
        other: "Node"

    spare_garbage_collector()
    one, two = Node(), Node()
    one.other, two.other = two, one
    freed = weakref.ref(one)
    del one, two
    kept: list[list[int]] = []
    while freed() is not None:
        kept.append([])
        assert len(kept) <= 2 * THRESHOLDS[0]
    assert collections
