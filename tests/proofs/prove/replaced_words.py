"""Names and phrases that the field's own terms have replaced, and where any of them is left.

A word is listed here once its last use is gone, so that it does not come back.
"""

import io
import re
import subprocess
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

from local.machine.paths import ROOT

FILE_NAMES = frozenset(
    (
        *("office", "trying", "turns", "seeing", "ahead", "rivals", "answering", "finishing", "letter", "telling"),
        *("crossings", "conventions", "unnumbered", "outside", "asked", "answer", "showing", "carrying", "reach"),
        *("written", "tale", "paper", "judging", "pumps", "insisting", "doors", "guard", "children", "places"),
        *("surroundings", "story", "unsteady", "behind", "standing"),
    )
)
"""Stems of modules and names of packages."""

IDENTIFIERS = frozenset(
    (
        *(
            "office",
            "tale",
            "keep_time_with",
            "keep_what_is_loaded",
            "start_telling",
            "unnumbered",
            "letter",
            "letters",
        ),
        *("standing_order", "guilty", "leave_first", "Office", "Tale", "Letter", "Rivals", "Ahead", "Promise", "Tell"),
    )
)

PHRASES = {
    r"\bstanding orders?\b": "auto-recharge",
    r"\b(?:token|signature) does not hold\b": "invalid token, invalid signature",
    r"\bcan not\b": "cannot",
    r"\b(?:is|are) no JSON\b": "is not valid JSON",
    r"\btasks of the second day\b": "day-2 operations",
    r"\bwhat is met first\b": "the first bottleneck",
    r"\btold slowly\b": "explained step by step",
    r"\bpromises? \d": "invariant",
    r"\bthe office\b": "the loop's context",
    r"\bthe door\b": "authentication, the HTTP entry point",
    r"\brivals?\b": "competing process, contention",
    r"\bguilty\b": "rejected",
    r"\bthe outside\b": "callers, external services",
    r"\binsists?\b": "require",
    r"\banew\b": "again",
    r"\ba letter to\b|\bletters to administrators\b": "e-mail",
}
"""Each with what is said instead."""

SUFFIXES = (".py", ".md", ".toml", ".html", ".js", ".sh", ".bicep", ".yml", ".yaml", ".svg")

NOT_SEARCHED = (
    "shared/interface/swagger_ui/",  # a library's files
    "tests/proofs/prove/replaced_words.py",
    "tests/local/test_replaced_words.py",
)


def tracked() -> list[Path]:
    """The project's files, new ones included, except for a library's and for this list itself."""
    listed = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names if not name.startswith(NOT_SEARCHED) and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of every file that people read."""
    for path in tracked():
        if path.suffix in SUFFIXES:
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def file_names() -> Iterator[str]:
    """Modules and packages that still have a replaced name."""
    for path in tracked():
        parts = (*path.relative_to(ROOT).parent.parts, path.stem) if path.suffix == ".py" else ()
        if FILE_NAMES.intersection(parts):
            yield path.relative_to(ROOT).as_posix()


def identifiers(read: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Places in code that still use a replaced identifier."""
    for name, text in read:
        if name.endswith(".py"):
            for token in tokenize.generate_tokens(io.StringIO(text).readline):
                if token.type == tokenize.NAME and token.string in IDENTIFIERS:
                    yield f"{name}:{token.start[0]}: {token.string}"


def phrases(read: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Places that still have a replaced phrase, with what to say instead."""
    for name, text in read:
        for pattern, instead in PHRASES.items():
            for match in re.finditer(pattern, text, re.IGNORECASE):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{name}:{line}: {match[0]!r}, say {instead!r}"
