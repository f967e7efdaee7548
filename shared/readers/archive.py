"""Zip files of the Teams admin centre: the members that are read, within limits. Nothing is ever unpacked to a disk."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from shared.readers.row import UnreadableFileError

MEMBERS_MAX = 1_000
BYTES_MAX = 8 * 1024**3
"""Of all members together, unpacked: some forty million rows."""

RATIO_MAX = 200
"""Call records shrink to a tenth; a zip bomb to a thousandth."""

RATIO_COUNTS_FROM = 16 * 1024**2

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_NAME_SHOWN = 80


def is_zip(file: BinaryIO) -> bool:
    """Whether *file* is a zip file; it is rewound."""
    beginning = file.read(4)
    file.seek(0)
    return beginning in _SIGNATURES


def members(file: BinaryIO, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, BinaryIO]]:
    """The name, without its folders, and the content of each wanted member, sorted by name; hidden ones, which macOS
    adds, are left out. UnreadableFileError when the file is damaged, encrypted or larger than the limits.
    """
    with _errors_named(), zipfile.ZipFile(file) as opened:
        entries = [
            each for each in opened.infolist() if not each.is_dir() and _is_shown(each) and is_wanted(_name(each))
        ]
        if len(opened.infolist()) > MEMBERS_MAX:
            raise UnreadableFileError(f"the zip file has more than {MEMBERS_MAX} members")
        if not entries:
            raise UnreadableFileError("no member of the zip file is of this format")
        left = [BYTES_MAX]
        for entry in sorted(entries, key=lambda each: each.filename):
            if entry.flag_bits & 1:
                raise UnreadableFileError("the zip file is encrypted")
            with opened.open(entry) as member:
                limited = cast("io.RawIOBase", _Limited(member, entry.compress_size, left))
                yield _name(entry), cast("BinaryIO", io.BufferedReader(limited, 64 * 1024))


def _is_shown(entry: zipfile.ZipInfo) -> bool:
    return not _name(entry).startswith(".")


def _name(entry: zipfile.ZipInfo) -> str:
    """The member's own name, for people: a path in a zip file means nothing here."""
    name = PurePosixPath(entry.filename.replace("\\", "/")).name
    return "".join(each if each.isprintable() else "?" for each in name)[:_NAME_SHOWN]


@contextmanager
def _errors_named() -> Iterator[None]:
    try:
        yield  # zipfile raises NotImplementedError for a compression that it does not know
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise UnreadableFileError(f"the zip file is damaged: {type(error).__name__}") from error


class _Limited(io.RawIOBase):
    """A member's content. It raises when more comes out than a file of call records can have. It can be rewound while
    only its beginning was read, as the reader of an encoding does.
    """

    def __init__(self, member: "zipfile.ZipExtFile | object", packed: int, left: list[int]) -> None:
        self._member, self._packed, self._left, self._taken = cast("zipfile.ZipExtFile", member), packed, left, 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to *offset*; backwards the member is read again from its beginning."""
        with _errors_named():
            at = self._member.seek(offset, whence)
        self._left[0] += self._taken - at
        self._taken = at
        return at

    def tell(self) -> int:
        """Where the next byte is."""
        return self._member.tell()

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # bytes or a view of them
        """Fill *buffer*; the number of bytes."""
        with _errors_named():
            part = self._member.read(len(buffer))
        self._taken += len(part)
        self._left[0] -= len(part)
        is_bomb = self._taken > RATIO_COUNTS_FROM and self._taken > RATIO_MAX * max(1, self._packed)
        if is_bomb or self._left[0] < 0:
            raise UnreadableFileError("the zip file unpacks to more than call records can be")
        buffer[: len(part)] = part
        return len(part)
