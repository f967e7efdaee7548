"""The encoding of a file: by its byte order mark, by its zero bytes, or by the source's profile."""

import codecs
import io
from typing import BinaryIO, cast

from shared.readers.row import UnreadableFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 200
_AT_ONCE = 64 * 1024


def encoding_of(file: BinaryIO, by_profile: str | None) -> str:
    """The name of the encoding; *file* is rewound. Text in UTF-16 without a mark is known by its zero bytes."""
    beginning = file.read(_LOOKED_AT)
    file.seek(0)
    for mark, name in _MARKS:
        if beginning.startswith(mark):
            return name
    if by_profile is not None and by_profile != "utf-8":
        return by_profile
    if beginning[1::2].count(0) > len(beginning) // 4:
        return "utf-16-le"
    if beginning[0::2].count(0) > len(beginning) // 4:
        return "utf-16-be"
    return "utf-8"


def in_utf_8(file: BinaryIO, encoding: str) -> BinaryIO:
    """*file*, which is text in *encoding*, as UTF-8 without a byte order mark. It can be rewound. Reading it raises
    UnreadableFileError where the encoding is not the file's.
    """
    return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", _Recoded(file, encoding)), _AT_ONCE))


class _Recoded(io.RawIOBase):
    """Text in another encoding as UTF-8. Python's own `codecs.EncodedFile` also ends lines where JSON has none, and
    reads a long line in parts of which nobody knows that they are parts.
    """

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self.seek(0)

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to *offset*, counted in bytes of UTF-8 from the beginning."""
        assert whence == io.SEEK_SET, "only from the beginning"
        self._file.seek(0)
        self._decoder = codecs.getincrementaldecoder(self._encoding)()
        self._left, self._given = b"", 0
        while self._given < offset and self.read(offset - self._given):
            pass
        return self._given

    def tell(self) -> int:
        """How many bytes were read."""
        return self._given

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # bytes or a view of them
        """Fill *buffer*; the number of bytes."""
        while not self._left:
            part = self._file.read(_AT_ONCE)
            try:
                text = self._decoder.decode(part, final=not part)
            except UnicodeError as error:
                detail = f"the file is not {self._encoding}; a profile can name its encoding"
                raise UnreadableFileError(detail) from error
            self._left = text.encode("utf-8", "replace")
            if not part:
                break
        given = self._left[: len(buffer)]
        self._left = self._left[len(given) :]
        self._given += len(given)
        buffer[: len(given)] = given
        return len(given)
