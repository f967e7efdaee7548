"""Evaluates the deployed lock for a target, because pip evaluates markers only for the Python that runs it."""

from packaging.requirements import Requirement

from local.package.target import Target

HASH = "--hash="


def lines_for(lock: str, target: Target) -> list[str]:
    """Each requirement of *lock* that applies to *target*, with its hashes and without its marker."""
    whole = lock.replace("\\\n", " ").splitlines()
    chosen = (_line(words, target) for words in whole if words.strip() and not words.startswith("#"))
    return [line for line in chosen if line]


def _line(words: str, target: Target) -> str | None:
    text, *hashes = words.split(HASH)
    wanted = Requirement(text)
    assert hashes, f"{wanted.name} is locked without a hash"
    if wanted.marker is not None and not wanted.marker.evaluate(target.markers):
        return None
    return " ".join([f"{wanted.name}{wanted.specifier}", *(f"{HASH}{each.strip()}" for each in hashes)])
