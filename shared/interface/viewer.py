"""The page that shows the OpenAPI document, with Swagger UI from this folder: nothing is loaded from elsewhere."""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path

from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services

FOLDER = Path(__file__).parent / "swagger_ui"

PAGE = "index.html"

MEDIA_TYPES = {
    PAGE: "text/html",
    "start.js": "text/javascript",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
"""Every file that is served. The name is looked up here and is never a path."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Without Trusted Types: Swagger UI assigns plain HTML."""

HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


async def read_docs(_services: Services, request: Request) -> Reply:
    """The page."""
    return _file(PAGE, request)


async def read_docs_file(_services: Services, request: Request) -> Reply:
    """One of the page's files; `not_found` for any other name."""
    name = request.path["file"]
    if name not in MEDIA_TYPES:
        raise ProblemError("not_found", "there is no such file")
    return _file(name, request)


def _file(name: str, request: Request) -> Reply:
    """The file, compressed where the caller takes that: the largest one has 1.7 MB."""
    plain, zipped, etag = _contents(name)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Reply(200, zipped, {**HEADERS, "ETag": f'"{etag}-gzip"', "Content-Encoding": "gzip"}, MEDIA_TYPES[name])
    return Reply(200, plain, {**HEADERS, "ETag": f'"{etag}"'}, MEDIA_TYPES[name])


@cache
def _contents(name: str) -> tuple[bytes, bytes, str]:
    plain = (FOLDER / name).read_bytes()
    return plain, gzip.compress(plain, 6, mtime=0), sha256(plain).hexdigest()[:20]
