"""The Python version for which a package is built, independent of the Python that builds it."""

import re
import tomllib
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet

from local.machine.paths import ROOT

PLATFORM = "x86_64-manylinux_2_28"
"""Wheels for glibc 2.28 and older, because all of Azure's Python images have a newer glibc (Debian 11: 2.31)."""


@dataclass(frozen=True, slots=True)
class Target:
    """CPython of one minor version on Linux and x86-64, the platform of Flex Consumption."""

    version: str

    @classmethod
    def named(cls, text: str) -> "Target":
        """The target for *text*, such as `3.13`. Raises ValueError when the project does not support it."""
        wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
        if not re.fullmatch(r"3\.\d+", text) or not SpecifierSet(wanted).contains(text):
            raise ValueError(f"a minor version of Python such as 3.13, {wanted}")
        return cls(text)

    @property
    def options(self) -> tuple[str, ...]:
        """Options of uv for the target: it evaluates the lock's markers and each package's Requires-Python for it."""
        return ("--python-version", self.version, "--python-platform", PLATFORM)


DEPLOYED = Target("3.13")
"""The version that infra/ requests from Azure."""
