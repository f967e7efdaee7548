"""The page that shows the OpenAPI document, with Swagger UI from this folder: nothing is loaded from elsewhere."""

from functools import cache
from pathlib import Path

from shared.interface.compression import compressible
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
    return compressible(request, _contents(name), MEDIA_TYPES[name], HEADERS)


@cache
def _contents(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
