"""A page of every kind of e-mail in every language, as it would be sent now."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from local.sample.notices import SAMPLES
from shared.notices.email import Email
from shared.notices.languages import LANGUAGES
from shared.notices.recipients import Readers
from shared.notices.wording import digest, email

PORTAL = "https://portal.example"
ZONES = {"en": "Europe/London", "fr": "Europe/Paris", "ja": "Asia/Tokyo", "ru": "Europe/Moscow"}
DIGEST = "digest"

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Every e-mail</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 24px; font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }}
table {{ border-collapse: collapse; }} th, td {{ padding: 4px 16px 4px 0; text-align: left; font-weight: normal; }}
</style></head><body>
<h1>Every e-mail</h1>
<p>Each kind in each language, as it would be sent now: as HTML, and as plain text.</p>
<table>{rows}</table>
</body></html>
"""


def sample_email(name: str, language: str) -> Email:
    """The e-mail of the sample *name* in *language*. KeyError when there is none."""
    readers = Readers(language, ZONES[language], ("ann@contoso.example",))
    if name == DIGEST:
        some = [SAMPLES[each] for each in ("lowBalance-declined", "balanceZero-declined", "recovered")]
        return digest(some, readers, "Contoso", PORTAL, ("bob@contoso.example",))
    return email(SAMPLES[name], readers, "Contoso", PORTAL)


async def preview(_request: Request) -> Response:
    """`GET /preview`: the list."""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(
            f'<td><a href="preview/{name}.{language}.html">{language}</a>'
            f' <a href="preview/{name}.{language}.txt">text</a></td>'
            for language in LANGUAGES
        )
        + "</tr>"
        for name in (*SAMPLES, DIGEST)
    )
    return HTMLResponse(_PAGE.format(rows=rows))


async def preview_one(request: Request) -> Response:
    """`GET /preview/{name}.{language}.html`, or `.txt`."""
    try:
        name, language, form = request.path_params["file"].rsplit(".", 2)
        shown = sample_email(name, language)
    except (KeyError, ValueError):
        return Response(status_code=404)
    return HTMLResponse(shown.html) if form == "html" else PlainTextResponse(f"{shown.subject}\n\n{shown.text}")
