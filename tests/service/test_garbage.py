"""A busy worker spends little on the garbage collector, and what only the collector can free is still freed."""

import gc
import weakref

import pytest

from shared.wiring.garbage import THRESHOLDS, spare_garbage_collector, uncollected

UNDER_WAY = 5_000
"""More objects than Python's own threshold, and fewer than the service's."""


@pytest.fixture
def collections():
    """How often the collector has looked at objects. What the service sets is undone, but the collector still ignores
    what existed before: the modules of all tests, which it takes half a second to look at.
    """
    runs: list[int] = []

    def note(phase, info):
        if phase == "stop":
            runs.append(info["generation"])

    before = gc.get_threshold()
    gc.freeze()
    gc.collect()
    gc.callbacks.append(note)
    yield runs
    gc.callbacks.remove(note)
    gc.set_threshold(*before)
    gc.freeze()


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


@pytest.mark.parametrize("is_enabled", [True, False])
def test_imports_wake_the_collector_neither_then_nor_later(collections, is_enabled):
    if not is_enabled:
        gc.disable()
    try:
        with uncollected():
            made: list[list[int]] = [[] for _ in range(10 * UNDER_WAY)]
        assert gc.isenabled() is is_enabled
        gc.enable()
        assert sum(map(gc.is_tracked, made)) == 10 * UNDER_WAY
        assert gc.get_count()[0] < gc.get_threshold()[0]
        assert collections == []
    finally:
        gc.enable()
