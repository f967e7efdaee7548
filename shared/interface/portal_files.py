"""The reference portal (R20): its page, and the files below a digest of all of them, which caches may keep for ever."""

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from shared.interface import portal_policy
from shared.interface.compression import compressible
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services

FOLDER = Path(__file__).parents[2] / "portal"

PAGE, SIGNED_IN, CARD_FORM = "index.html", "signed-in.html", "card-form.html"

MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
"""What is served, with its media type; other files of the folder are not."""

UNCHANGING = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

DIGEST_CHARACTERS = 16


async def read_portal(services: Services, request: Request) -> Reply:
    """The portal's page. It names its files by their digest, so that a new deployment replaces all of them at once."""
    page = _page(PAGE, json.dumps(services.portal.public()))
    policy = portal_policy.of_the_portal(services.portal)
    return compressible(
        request,
        page,
        "text/html",
        {**PAGE_HEADERS, "Content-Security-Policy": policy, "Cross-Origin-Opener-Policy": "same-origin"},
    )


async def read_signed_in(_services: Services, request: Request) -> Reply:
    """The page to which Microsoft Entra sends people back. Its address is registered there, so it never changes."""
    headers = {**PAGE_HEADERS, "Content-Security-Policy": portal_policy.SIGNED_IN}
    return compressible(request, _page(SIGNED_IN, ""), "text/html", headers)


async def read_portal_asset(services: Services, request: Request) -> Reply:
    """One of the files of this version; `not_found` for another version's digest and for any other name."""
    name = "/".join(filter(None, (request.path.get("folder"), request.path["file"])))
    found = _files().get(name)
    if found is None or request.path["digest"] != portal_digest():
        raise ProblemError("not_found", "there is no such file in this version of the portal")
    if name == CARD_FORM:
        page = _page(CARD_FORM, json.dumps(services.portal.public()))
        return compressible(
            request, page, "text/html", {**PAGE_HEADERS, "Content-Security-Policy": portal_policy.CARD_FORM}
        )
    return compressible(request, found, MEDIA_TYPES[Path(name).suffix], UNCHANGING)


@cache
def _files() -> Mapping[str, bytes]:
    """Every file that is served, by its name below the folder. Names are looked up here and are never paths."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in MEDIA_TYPES
    }


@cache
def portal_digest() -> str:
    """The digest of every name and content."""
    whole = sha256()
    for name, content in _files().items():
        whole.update(b"%d:%s%d:" % (len(name), name.encode(), len(content)) + content)
    return whole.hexdigest()[:DIGEST_CHARACTERS]


@cache
def _page(name: str, configuration: str) -> bytes:
    """A page with the address of its files and with its configuration, both as attributes: it has no inline script."""
    text = _files()[name].decode()
    return text.replace("{digest}", portal_digest()).replace("{configuration}", escape(configuration)).encode()
