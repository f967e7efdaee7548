"""The e-mail about the fraud brake (R28)."""

from shared.notices.brake_notice import Braked
from shared.notices.content import Content, Tone
from shared.notices.edition import Edition, one_line


def brake_content(notice: Braked, edition: Edition) -> Content:
    """The content of the e-mail: whom the brake has stopped, and what each cost against what is usual."""
    texts, formats = edition.texts, edition.formats
    facts = {}
    for cause in notice.causes:
        form = texts.braked_user if cause.user else texts.braked_prefix if cause.prefix else texts.braked_all
        name = form.format(user=one_line(cause.user), prefix=one_line(cause.prefix))
        amounts = {"observed": formats.money(cause.observed), "usual": formats.money(cause.usual)}
        facts[name] = texts.braked_amounts.format(**amounts)
    return edition.content(texts.braked, Tone.URGENT, {}, {**facts, texts.labels.as_of: formats.time(notice.at)})
