"""package: two packages of the same files are identical, and the app starts from one alone."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from local.machine.paths import STATE
from local.package.build import build
from local.package.start import available_python, start, unpack
from tests.proofs.azure_worker.run import listed
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result

APP_PACKAGES = ("functions", "shared")


def test(_chosen: argparse.Namespace) -> Result:
    """Build two, for the deployed Python version if it is installed; start the second with an empty environment."""
    checks, (python, target) = Checks(), available_python()
    with TemporaryDirectory(dir=STATE, prefix="package-") as scratch:
        first, second = (build(target, Path(scratch, name, "app.zip")) for name in ("first", "second"))
        checks.equal("facts of the second package", second, first)
        same = Path(scratch, "first", "app.zip").read_bytes() == Path(scratch, "second", "app.zip").read_bytes()
        checks.equal("equal byte for byte", same, expected=True)
        folder = unpack(Path(scratch, "second", "app.zip"), Path(scratch, "app"))
        seen, here = start(python, folder), listed()
        checks.equal("functions", sorted(seen["functions"]), sorted(here))
        checks.equal("bindings of functions", seen["functions"], here)
        checks.equal(
            "where packages come from",
            seen["packages"],
            {name: str(folder / name / "__init__.py") for name in APP_PACKAGES},
        )
        checks.equal("modules from outside the package", seen["foreign"], [])
        checks.equal("failed imports", seen["missing"], [])
        checks.equal("error when composed as on Azure", seen["composed"], "")
        checks.equal(
            "the error names the missing setting", "CreditsStorage__tableServiceUri" in seen["queue"], expected=True
        )
    words = (
        f"two packages for Python {target.version} are identical ({first.size / 1e6:.1f} MB, {first.files} files, "
        f"sha256 {first.sha256}); started from one alone, the app lists the same {len(here)} functions as here"
    )
    return checks.result(
        words, python=target.version, size=first.size, files=first.files, sha256=first.sha256, functions=len(here)
    )


CLAIM = Claim(
    "package",
    "two packages of the same files are identical byte for byte, and the app starts from one alone",
    (),
    test,
)
