"""The type of a planted bug."""

import builtins
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

Patch = tuple[Any, str, Any]
"""Object, attribute name, replacement."""


@dataclass(frozen=True)
class Bug:
    """*sentence* describes the bug. It must be found in *scenario* within *within* seeds."""

    name: str
    sentence: str
    scenario: str
    within: int
    patches: Callable[[], list[Patch]]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Plant the bug in the real code inside the block."""
        with ExitStack() as patched:
            for where, name, instead in self.patches():
                created = hasattr(builtins, name)  # a builtin is overridden in the module
                patched.enter_context(mock.patch.object(where, name, instead, create=created))
            yield
