"""Where the elements of a JSON array begin and end, even if an element itself is not valid."""

import re

WHITESPACE = " \t\n\r"
"""JSON's whitespace (RFC 8259, 2)."""

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},"]', re.DOTALL)
"""A whole string, or a structural character outside strings. A single quote is the beginning of a string without an
end.
"""

_CLOSING = {b"[": b"]", b"{": b"}"}


def array_elements(array: bytes) -> list[bytes] | None:
    """The bytes of each element of *array*, which begins with its bracket, without the whitespace around them. None
    when brackets or quotes do not match, an element is missing, or something follows the array: then the elements
    cannot be separated.
    """
    elements: list[bytes] = []
    awaited: list[bytes] = []
    begin = 1
    for token in _TOKEN.finditer(array, begin):
        mark = token.group()
        if mark == b'"':
            return None
        if mark in _CLOSING:
            awaited.append(_CLOSING[mark])
        elif mark in b"]}" and awaited:
            if awaited.pop() != mark:
                return None
        elif mark in b",]}" and not awaited:
            elements.append(array[begin : token.start()].strip(WHITESPACE.encode()))
            begin = token.end()
            if mark != b",":
                is_whole = mark == b"]" and not array[begin:].strip(WHITESPACE.encode())
                return elements if is_whole and all(elements) else None
    return None
