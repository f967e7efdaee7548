"""Writes a zip whose bytes depend only on file names, file contents and the zlib version.

Two computers with different zlib versions pack the same contents into different bytes.
"""

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

WHEN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can store."""

READABLE = 0o100644 << 16
"""A regular file with mode 0644, in the upper half of the attributes (Unix)."""

UNIX = 3


def write(archive: Path, files: Mapping[str, Path]) -> None:
    """Pack *files*, whose keys are names in the zip, into *archive*, sorted by name."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        for name in sorted(files):
            entry = ZipInfo(name, WHEN)
            entry.create_system, entry.external_attr, entry.compress_type = UNIX, READABLE, ZIP_DEFLATED
            packed.writestr(entry, files[name].read_bytes())
