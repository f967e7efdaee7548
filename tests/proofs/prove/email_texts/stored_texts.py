"""The texts of all e-mails as they were when somebody read them last, one file for each language.

After a text has changed, `python -m tests.proofs.prove.email_texts.stored_texts` writes them; read the difference.
"""

from pathlib import Path

from local.sample.notices import SAMPLES
from local.stand_ins.email.preview import DIGEST, sample_email
from shared.notices.languages import LANGUAGES

FOLDER = Path(__file__).with_name("stored")
NAMES = (*SAMPLES, DIGEST)


def stored(language: str) -> dict[str, str]:
    """The stored e-mails of *language*, subject and text, by the sample's name."""
    parts = (FOLDER / f"{language}.txt").read_text("utf-8").split("\n======== ")
    return {name: text for name, _, text in (part.partition("\n") for part in parts[1:])}


def rendered(language: str) -> dict[str, str]:
    """The same as they would be sent now."""
    sent = {name: sample_email(name, language) for name in NAMES}
    return {name: f"{each.subject}\n\n{each.text}" for name, each in sent.items()}


def write() -> None:
    """Store the e-mails as they would be sent now."""
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES:
        parts = [f"\n======== {name}\n{text}" for name, text in rendered(language).items()]
        (FOLDER / f"{language}.txt").write_text("".join(parts), "utf-8")


if __name__ == "__main__":
    write()
