"""Bodies that are compressed for callers who accept that."""

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from shared.kernel.setting_values import split_list
from shared.service.http import Reply, Request

VARY = {"Vary": "Accept-Encoding"}


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


@cache
def _zipped(body: bytes) -> tuple[bytes, str]:
    """The compressed form and the ETag. The few documents of the interface and of the portal stay in memory."""
    return gzip.compress(body, 6, mtime=0), sha256(body).hexdigest()[:20]
