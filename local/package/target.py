"""The Python version for which a package is built, independent of the Python that builds it."""

import re
import tomllib
from dataclasses import dataclass

from packaging.markers import default_environment
from packaging.specifiers import SpecifierSet

from local.machine.paths import ROOT

GLIBC_MAX = 28
"""Use wheels for glibc 2.28 and older, because all of Azure's Python images have a newer glibc (Debian 11: 2.31)."""

PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in range(GLIBC_MAX, 16, -1)), "manylinux2014_x86_64")


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
    def markers(self) -> dict[str, str]:
        """The environment for evaluating a lock's markers (PEP 508)."""
        here = {name: str(value) for name, value in default_environment().items()}
        return {
            **here,
            "implementation_name": "cpython",
            "implementation_version": self.full,
            "os_name": "posix",
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": self.full,
            "python_version": self.version,
            "sys_platform": "linux",
        }

    @property
    def full(self) -> str:
        """The first release of the minor version, which represents all of them."""
        return f"{self.version}.0"

    @property
    def pip(self) -> tuple[str, ...]:
        """Options of pip for the target. `not_for` checks Requires-Python, because pip would use its own version."""
        platforms = (word for name in PLATFORMS for word in ("--platform", name))
        return ("--implementation", "cp", "--python-version", self.version, *platforms, "--ignore-requires-python")


DEPLOYED = Target("3.13")
"""The version that infra/ requests from Azure."""
