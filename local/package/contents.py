"""The project's files that are deployed: those not excluded by `.funcignore`, which is read like .gitignore."""

from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

IGNORE = ".funcignore"
PACKAGES = ".python_packages"


def own_files(root: Path) -> list[Path]:
    """The app's own files, relative to *root*, sorted; without packages installed in *root*."""
    ignored = GitIgnoreSpec.from_lines((root / IGNORE).read_text().splitlines())
    return sorted(_included(root, Path(), ignored))


def _included(root: Path, folder: Path, ignored: GitIgnoreSpec) -> Iterator[Path]:
    """The files below *folder*; an ignored folder is not searched, as in git."""
    for found in (root / folder).iterdir():
        path = folder / found.name
        if found.is_dir():
            if path != Path(PACKAGES) and not ignored.match_file(f"{path}/"):
                yield from _included(root, path, ignored)
        elif not ignored.match_file(path):
            yield path
