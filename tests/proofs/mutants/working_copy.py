"""Copies the tree for mutmut. The copy's folder `mutants` contains the whole project; the source of the mutants is next
to that folder.
"""

import json
import subprocess
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path
from random import Random
from shutil import copy2

from local.machine.paths import AZURITE, ROOT
from tests.proofs.mutants.packages import Package

NOT_MUTATED = r"^\s*(log\.|raise (UnavailableError|ValueError|LedgerBrokenError)\()"
"""Lines with text for readers of logs. tests/telemetry checks what log lines must and must not contain."""

TIMES = 6.0
"""A mutant is considered to hang after this multiple of its tests' usual time, plus some seconds."""

PYTEST = ("-p", "no:cacheprovider", "-p", "tests.proofs.mutants.time_limit")


def copy_tree(copy: Path) -> None:
    """Copy the project's files that git does not ignore, changed and new ones included."""
    listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in (name for name in names if (ROOT / name).is_file()):
        is_source = name.startswith("shared/") or name == "pyproject.toml"
        for place in (copy / "mutants", copy) if is_source else (copy / "mutants",):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            copy2(ROOT / name, place / name)
    modules = AZURITE.relative_to(ROOT) / "node_modules"
    (copy / "mutants" / modules).symlink_to(ROOT / modules)


def configure(copy: Path, package: Package, path: Path) -> None:
    """Configure mutmut to change only the part of the package below *path*."""
    mutated = path if path.is_relative_to(package.folder) else package.folder
    pattern = f"{mutated.relative_to(ROOT)}{'' if mutated.is_file() else '/*'}"
    with (copy / "pyproject.toml").open("a") as project:
        project.write(f"""
[tool.mutmut]
source_paths = ["shared"]
only_mutate = [{json.dumps(pattern)}]
pytest_add_cli_args_test_selection = {json.dumps(package.tests)}
pytest_add_cli_args = {json.dumps(PYTEST)}
do_not_mutate_patterns = ['{NOT_MUTATED}']
track_dependencies = false
timeout_multiplier = {TIMES}
timeout_constant = 2.0
""")


def sample(copy: Path, size: int, seed: int) -> Sequence[str]:
    """The names of *size* mutants, chosen by *seed*, or of all if there are fewer."""
    from mutmut.configuration import config, reset_config  # noqa: PLC0415 - it loads for half a second
    from mutmut.mutation.file_mutation import mutate_file_contents  # noqa: PLC0415 - the same
    from mutmut.utils.format_utils import get_mutant_name  # noqa: PLC0415 - the same

    with chdir(copy):
        reset_config()
        files = [path for path in sorted(Path("shared").rglob("*.py")) if config().should_mutate(path)]
        made = [(path, mutate_file_contents(str(path), path.read_text()).mutant_names) for path in files]
    names = [get_mutant_name(path, name) for path, mutants in made for name in mutants]
    return sorted(Random(seed).sample(names, min(size, len(names))))
