"""The garbage collector of a process that books calls."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = 10_000, 5, 5
"""How many more objects than before exist when the collector looks at the young ones, and how often it does so before
it looks at older ones. Python's own number, 700, is less than what the calls under way have, so it would look at them,
and then at every book in memory, in vain. Memory that only the collector can free is freed later: some megabytes.
"""


@contextmanager
def uncollected() -> Iterator[None]:
    """Import modules in the block; the collector looks at none of their objects, then or later, because all stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def spare_garbage_collector() -> None:
    """Make the collector ignore all objects that exist now: modules and classes live as long as the process. And let it
    look at the others less often, because almost all are freed without it. Each was a tenth of a busy worker's time
    (docs/performance.md).
    """
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
