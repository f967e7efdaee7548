"""A zip whose bytes depend on nothing but names and contents.

And on the zlib that packs it: two computers with different ones pack the same contents into different bytes.
"""

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

WHEN = (1980, 1, 1, 0, 0, 0)
"""The first instant that a zip can tell."""

READABLE = 0o100644 << 16
"""A plain file that everybody may read and its owner write, in the upper half of the attributes (Unix)."""

UNIX = 3


def write(archive: Path, files: Mapping[str, Path]) -> None:
    """Pack *files*, by name in the zip, into *archive*, in the order of their names."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        for name in sorted(files):
            entry = ZipInfo(name, WHEN)
            entry.create_system, entry.external_attr, entry.compress_type = UNIX, READABLE, ZIP_DEFLATED
            packed.writestr(entry, files[name].read_bytes())
