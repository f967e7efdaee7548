"""Progress on stderr, at a terminal only."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.progress import Progress

Step: TypeAlias = Callable[[int, int], None]
"""Is called with the number of items done and the number of all items, and shows them."""


@contextmanager
def progress(what: str) -> Iterator[Step]:
    """A bar named *what*; it disappears when the work is done."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task(what, total=None)

        def step(done: int, total: int) -> None:
            bars.update(bar, completed=done, total=total)

        yield step
