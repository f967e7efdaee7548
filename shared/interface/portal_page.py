"""The page on which the holder of a card confirms it with the bank, coming from an e-mail. It needs no script of the
payment provider: it asks the API like any portal, and the bank's own page does the rest.
"""

from functools import cache
from pathlib import Path

from shared.interface.compression import compressible
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services

FOLDER = Path(__file__).parent / "portal"

FILES = {
    "confirm-card": ("confirm-card.html", "text/html"),
    "confirm-card.css": ("confirm-card.css", "text/css"),
    "confirm-card.js": ("confirm-card.js", "text/javascript"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
}
"""Every file that is served, with its media type. The name is looked up here and is never a path."""

HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def read_portal_file(_services: Services, request: Request) -> Reply:
    """The page, or one of the files that it loads; `not_found` for any other name."""
    found = FILES.get(request.path["file"])
    if found is None:
        raise ProblemError("not_found", "there is no such file")
    name, media_type = found
    return compressible(request, _contents(name), media_type, HEADERS)


@cache
def _contents(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
