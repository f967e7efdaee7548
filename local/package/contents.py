"""What of the project is deployed: what `.funcignore` lets in, read as git reads it."""

from collections.abc import Iterator
from pathlib import Path

from pathspec import GitIgnoreSpec

IGNORE = ".funcignore"
PACKAGES = ".python_packages"


def own_files(root: Path) -> list[Path]:
    """The app's own files, relative to *root*, sorted; not the packages that somebody has installed in *root*."""
    ignored = GitIgnoreSpec.from_lines((root / IGNORE).read_text().splitlines())
    return sorted(_let_in(root, Path(), ignored))


def _let_in(root: Path, folder: Path, ignored: GitIgnoreSpec) -> Iterator[Path]:
    """Below a folder that is ignored nobody looks, as git does not."""
    for found in (root / folder).iterdir():
        path = folder / found.name
        if found.is_dir():
            if path != Path(PACKAGES) and not ignored.match_file(f"{path}/"):
                yield from _let_in(root, path, ignored)
        elif not ignored.match_file(path):
            yield path
