"""A bug put into the real code on purpose."""

import builtins
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

Patch = tuple[Any, str, Any]
"""Where, which name, and what stands there instead."""


@dataclass(frozen=True)
class Bug:
    """*sentence* says what it does; it must be found in *scenario* within so many seeds."""

    name: str
    sentence: str
    scenario: str
    within: int
    patches: Callable[[], list[Patch]]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Inside, the real code has the bug."""
        with ExitStack() as patched:
            for where, name, instead in self.patches():
                created = hasattr(builtins, name)  # a builtin is hidden by a name of the module's own
                patched.enter_context(mock.patch.object(where, name, instead, create=created))
            yield
