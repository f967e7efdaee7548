"""The encoding of a file: by its byte order mark, by its zero bytes, or by the source's profile."""

import codecs
from typing import BinaryIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 200


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
