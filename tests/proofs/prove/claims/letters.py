"""letters: every e-mail in every language says what was read, with right amounts and links, readable on a telephone."""

import argparse
import re
from pathlib import Path

from local.sample.notices import SAMPLES
from local.stand_ins.email.preview import PORTAL, ZONES, sample_email
from shared.kernel.money import Money
from shared.notices.languages import LANGUAGES
from shared.notices.locale_formats import locale_formats
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Result, TextOption
from tests.proofs.prove.email_texts import browser
from tests.proofs.prove.email_texts.stored_texts import NAMES, rendered, stored

HTML_BYTES_MAX = 100_000
"""Gmail cuts longer e-mails."""

UNSAID = {"limit", "level"}
"""Amounts that are said only where they matter."""

SHOWN = ("lowBalance-declined", "expiryAhead-30", "rechargeFailed-expired_card", "postUsage-started")


def test(chosen: argparse.Namespace) -> Result:
    """Compare with the stored texts, check amounts and links, then measure in a browser, light and dark."""
    checks = Checks()
    for language in LANGUAGES:
        kept, now = stored(language), rendered(language)
        for name in NAMES:
            checks.equal(f"{name} in {language}", now[name], kept.get(name))
            _links(checks, name, language)
        for name in SAMPLES:
            _amounts(checks, name, language, now[name])
    emails = len(NAMES) * len(LANGUAGES)
    program = browser.chromium()
    if program is None:
        said = f"{emails} e-mails are as they were read; no Chromium here, so none was seen in a browser"
        return Result.skipped(said) if checks.passed else checks.result(said)
    for dark in (False, True):
        _look(checks, program, dark=dark)
    if chosen.pictures:
        _pictures(program, Path(chosen.pictures))
    return checks.result(
        f"{emails} e-mails, {len(NAMES)} in each of {len(LANGUAGES)} languages, are as they were read, and readable at"
        f" {browser.PHONE} px, light and dark",
        emails=emails,
        languages=len(LANGUAGES),
    )


def _links(checks: Checks, name: str, language: str) -> None:
    """Every link leads to the portal, and nothing is loaded from anywhere."""
    html = sample_email(name, language).html
    strange = [link for link in re.findall(r"https?://[^\s\"'<)]+", html) if not link.startswith(PORTAL)]
    checks.equal(f"links of {name} in {language}", strange, [])
    loads = re.findall(r"<(?:script|img|link|iframe|object|form)\b|url\(|@import", html)
    checks.equal(f"what {name} in {language} loads", loads, [])
    checks.equal(f"the size of {name} in {language}", len(html.encode()) < HTML_BYTES_MAX, True)


def _amounts(checks: Checks, name: str, language: str, text: str) -> None:
    """Every amount of the notice is in the e-mail, as the language writes it."""
    notice, formats = SAMPLES[name], locale_formats(language, ZONES[language])
    amounts = {field: getattr(notice, field) for field in notice.__dataclass_fields__}
    for field, money in amounts.items():
        if isinstance(money, Money) and money.micros and field not in UNSAID:
            shown = formats.money(Money(abs(money.micros), money.currency))
            checks.equal(f"{field} of {name} in {language}", shown in text or _is_unsaid(name, field), True)


def _is_unsaid(name: str, field: str) -> bool:
    """Whether an e-mail need not say the amount: nothing is left when the switch to post-usage billing is done."""
    return (name, field) == ("postUsage-done", "balance")


def _look(checks: Checks, program: str, *, dark: bool) -> None:
    theme = "dark" if dark else "light"
    for language in LANGUAGES:
        found = browser.measure(program, {name: sample_email(name, language).html for name in NAMES}, dark=dark)
        checks.equal(f"e-mails seen in {language}, {theme}", sorted(found), sorted(NAMES))
        for name, page in found.items():
            what = f"{name} in {language}, {theme}"
            checks.equal(f"{what}: theme", page["dark"], dark)
            checks.equal(f"{what}: no wider than the screen", int(str(page["width"])) <= browser.PHONE, True)
            checks.equal(f"{what}: text cut off", page["cut"], "")
            checks.equal(f"{what}: contrast", float(str(page["contrast"])) >= browser.CONTRAST_MIN, True)
            checks.equal(f"{what}: smallest text", float(str(page["size"])) >= browser.SIZE_MIN, True)


def _pictures(program: str, folder: Path) -> None:
    """Pictures for the documents: one sample in each language, light and dark."""
    names = dict(zip(LANGUAGES, SHOWN, strict=True))
    pages = {language: sample_email(name, language).html for language, name in names.items()}
    for dark in (False, True):
        target = folder / f"emails-{'dark' if dark else 'light'}.png"
        browser.picture(program, pages, target, dark=dark, height=1000)


CLAIM = Claim(
    "letters",
    "every e-mail in every language says what was read, and is readable on a telephone, light and dark",
    (TextOption("pictures", "", "a folder for pictures of some e-mails"),),
    test,
)
