"""Bodies that are compressed for callers who accept that: documents, and large answers."""

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from shared.kernel.setting_values import split_list
from shared.service.http import Reply, Request

VARY = {"Vary": "Accept-Encoding"}

WORTHWHILE = 1_024
"""Bytes. A shorter answer fits into one packet as it is."""


def compressible(request: Request, body: bytes, media_type: str, headers: Mapping[str, str]) -> Reply:
    """200 with *body*, in gzip where the caller accepts it; 304 where the caller has that form already. The two forms
    have different ETags (RFC 9110, 8.8.3).
    """
    zipped, digest = _zipped(body)
    is_zipped = "gzip" in request.headers.get("accept-encoding", "")
    etag = f'"{digest}-gzip"' if is_zipped else f'"{digest}"'
    shown = {**headers, **VARY, "ETag": etag}
    if etag in split_list(request.headers.get("if-none-match", "")):
        return Reply(304, b"", shown, media_type)
    if is_zipped:
        return Reply(200, zipped, {**shown, "Content-Encoding": "gzip"}, media_type)
    return Reply(200, body, shown, media_type)


def compressed(body: bytes, reply: Reply, accepted: str) -> tuple[bytes, Mapping[str, str]]:
    """*body* in gzip, with its headers, where that pays and the caller accepts it; else as it is. An answer with an
    ETag stays as it is: the caller sends that ETag back, and each coding would need another one (RFC 9110, 8.8.3).
    """
    if len(body) < WORTHWHILE or {"ETag", "Content-Encoding"} & reply.headers.keys() or _is_packed(reply.media_type):
        return body, {}
    if "gzip" not in accepted:
        return body, VARY
    return gzip.compress(body, 6, mtime=0), {**VARY, "Content-Encoding": "gzip"}


def _is_packed(media_type: str) -> bool:
    """Whether the media type is compressed already, as Excel workbooks are."""
    return "openxmlformats" in media_type or media_type.startswith("image/")


@cache
def _zipped(body: bytes) -> tuple[bytes, str]:
    """The compressed form and the ETag. The few documents of the interface and of the portal stay in memory."""
    return gzip.compress(body, 6, mtime=0), sha256(body).hexdigest()[:20]
