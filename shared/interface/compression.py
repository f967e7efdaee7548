"""Bodies that are compressed for callers who accept that."""

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from shared.service.http import Reply, Request

VARY = {"Vary": "Accept-Encoding"}


def compressible(request: Request, body: bytes, media_type: str, headers: Mapping[str, str]) -> Reply:
    """200 with *body*, in gzip where the caller accepts it. The two forms have different ETags (RFC 9110, 8.8.3)."""
    zipped, etag = _zipped(body)
    if "gzip" in request.headers.get("accept-encoding", ""):
        coded = {"ETag": f'"{etag}-gzip"', "Content-Encoding": "gzip"}
        return Reply(200, zipped, {**headers, **VARY, **coded}, media_type)
    return Reply(200, body, {**headers, **VARY, "ETag": f'"{etag}"'}, media_type)


@cache
def _zipped(body: bytes) -> tuple[bytes, str]:
    """The compressed form and the ETag. The few documents of the interface stay in memory."""
    return gzip.compress(body, 6, mtime=0), sha256(body).hexdigest()[:20]
