"""package: two packages of the same files are equal, and the app starts from one with nothing around it."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from local.machine.paths import STATE
from local.package.build import build
from local.package.start import at_hand, start, unpack
from tests.proofs.azure_worker.run import listed
from tests.proofs.prove.claim import Claim, Figure
from tests.proofs.prove.evidence import Evidence

ROOMS = ("functions", "shared")


def attempt(_chosen: argparse.Namespace) -> Figure:
    """Make two, for the Python that is deployed where it is here; start the second with an empty environment."""
    evidence, (python, target) = Evidence(), at_hand()
    with TemporaryDirectory(dir=STATE, prefix="package-") as scratch:
        first, second = (build(target, Path(scratch, name, "app.zip")) for name in ("first", "second"))
        evidence.same("the second package", second, first)
        same = Path(scratch, "first", "app.zip").read_bytes() == Path(scratch, "second", "app.zip").read_bytes()
        evidence.same("equal byte for byte", same, expected=True)
        folder = unpack(Path(scratch, "second", "app.zip"), Path(scratch, "app"))
        seen, here = start(python, folder), listed()
        evidence.same("functions", sorted(seen["functions"]), sorted(here))
        evidence.same("their bindings", seen["functions"], here)
        evidence.same("rooms", seen["rooms"], {room: str(folder / room / "__init__.py") for room in ROOMS})
        evidence.same("modules from elsewhere", seen["foreign"], [])
        evidence.same("imports that fail", seen["missing"], [])
        evidence.same("put together as on Azure", seen["composed"], "")
        evidence.same("names the missing setting", "CreditsStorage__tableServiceUri" in seen["queue"], expected=True)
    words = (
        f"two packages for Python {target.version} are equal ({first.size / 1e6:.1f} MB, {first.files} files, sha256 "
        f"{first.sha256}); from one alone the app lists {len(here)} functions, as here"
    )
    return evidence.figure(
        words, python=target.version, size=first.size, files=first.files, sha256=first.sha256, functions=len(here)
    )


CLAIM = Claim(
    "package",
    "two packages of the same files are equal byte for byte, and the app starts from one with nothing around it",
    (),
    attempt,
)
