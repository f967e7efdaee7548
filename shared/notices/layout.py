"""An e-mail's content as plain text and as HTML that is readable without images, styles or a wide screen."""

from html import escape

from shared.notices.content import Content, Tone

_COLOUR = {Tone.GOOD: "#0b6a3a", Tone.WARNING: "#8a5300", Tone.URGENT: "#a4262c"}
"""White text on them has a contrast of at least 5.9 to 1 (WCAG AA asks for 4.5)."""

_FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PARAGRAPH = "margin:0 0 12px"
_HEADING = "margin:24px 0 8px;font-size:16px;line-height:1.4"
_LABEL = "padding:6px 16px 6px 0;border-top:1px solid #e1dfdd;color:#5c5a58;vertical-align:top;white-space:nowrap"
_VALUE = "padding:6px 0;border-top:1px solid #e1dfdd;vertical-align:top"
_CARD = "width:100%;max-width:600px;margin:0 auto;background:#ffffff;border-radius:8px;border-collapse:separate"
_INSIDE = f"padding:24px 28px;color:#201f1e;{_FONT};font-size:15px;line-height:1.5"
_FOOTER = f"padding:16px 28px 24px;color:#5c5a58;{_FONT};font-size:12px;line-height:1.5;border-top:1px solid #e1dfdd"


def text_of(content: Content) -> str:
    """The e-mail as plain text."""
    parts = [
        content.headline,
        *content.happened,
        "\n".join(f"{label}: {value}" for label, value in content.facts),
        "\n".join([content.comes_next_heading.upper(), *content.comes_next]),
        "\n".join([content.can_do_heading.upper(), *(f"- {step}" for step in content.can_do)]),
        content.manage,
        f"-- \n{content.footer}",
    ]
    return "\n\n".join(parts) + "\n"


def html_of(content: Content) -> str:
    """The e-mail as a whole HTML page: one column, inline styles, nothing loaded from anywhere.

    The frame is a table because a widespread mail program lays out nothing else reliably. Text and background both have
    a colour, so that a dark theme cannot make half of the e-mail unreadable.
    """
    head = f"padding:20px 28px;background:{_COLOUR[content.tone]};color:#ffffff;border-radius:8px 8px 0 0;{_FONT}"
    return f"""<!DOCTYPE html>
<html lang="{escape(content.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>{escape(content.subject)}</title>
</head>
<body style="margin:0;padding:24px 12px;background:#f3f2f1">
<table role="presentation" cellspacing="0" cellpadding="0" align="center" style="{_CARD}">
<tr><td style="{head}"><div style="font-size:13px">Communications Credits</div>
<h1 style="margin:4px 0 0;font-size:22px;line-height:1.3">{escape(content.headline)}</h1></td></tr>
<tr><td style="{_INSIDE}">
{_paragraphs(content.happened)}
{_facts(content.facts)}
<h2 style="{_HEADING}">{escape(content.comes_next_heading)}</h2>
{_paragraphs(content.comes_next)}
<h2 style="{_HEADING}">{escape(content.can_do_heading)}</h2>
{_steps(content.can_do)}
<p style="{_PARAGRAPH};padding-top:12px">{_linked(content.manage, content.portal)}</p>
</td></tr>
<tr><td style="{_FOOTER}">{escape(content.footer)}</td></tr>
</table>
</body>
</html>
"""


def _paragraphs(sentences: tuple[str, ...]) -> str:
    return "\n".join(f'<p style="{_PARAGRAPH}">{escape(sentence)}</p>' for sentence in sentences)


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    rows = "\n".join(
        f'<tr><th scope="row" align="left" style="{_LABEL};font-weight:normal">{escape(label)}</th>'
        f'<td style="{_VALUE}"><strong>{escape(value)}</strong></td></tr>'
        for label, value in facts
    )
    return f'<table cellspacing="0" cellpadding="0" style="width:100%;margin:16px 0;font-size:15px">\n{rows}\n</table>'


def _steps(steps: tuple[str, ...]) -> str:
    items = "\n".join(f'<li style="margin:0 0 8px">{escape(step)}</li>' for step in steps)
    return f'<ul style="margin:0;padding:0 0 0 20px">\n{items}\n</ul>'


def _linked(sentence: str, address: str) -> str:
    """*sentence* with *address*, which it contains, as a link; without an address as it is."""
    if not address:
        return escape(sentence)
    before, _, after = sentence.partition(address)
    return f'{escape(before)}<a href="{escape(address)}" style="color:#0f548c">{escape(address)}</a>{escape(after)}'
