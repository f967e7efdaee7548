"""How the three tools read `.funcignore`: each as its source says, as far as our file goes."""

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from pathspec import GitIgnoreSpec


def git(lines: Sequence[str], path: str) -> bool:
    """Whether *path* is let in: the last pattern that fits decides, also for the folders above it."""
    above = [f"{folder}/" for folder in PurePosixPath(path).parents if folder.name]
    ignored = GitIgnoreSpec.from_lines(lines)
    return not any(ignored.match_file(each) for each in [*above, path])


def azd(lines: Sequence[str], path: str) -> bool:
    """The same for azd: createDeployableZip in azure-dev, which reads with denormal/go-gitignore.

    There `*` at the root also fits what lies deeper, and a pattern that ends in "/" fits nothing.
    """
    places = [str(folder) for folder in reversed(PurePosixPath(path).parents) if folder.name]
    return all(_let_in(lines, place) for place in [*places, path])


def _let_in(lines: Sequence[str], place: str) -> bool:
    verdict = True
    for line in filter(None, lines):
        if not line.startswith("#") and _fits(line.removeprefix("!"), place):
            verdict = line.startswith("!")
    return verdict


def _fits(pattern: str, place: str) -> bool:
    anchored, pattern = pattern.startswith("/"), pattern.removeprefix("/")
    assert not pattern.endswith("/"), "azd takes the wrong slash away, and the pattern fits nothing"
    if "**" in pattern:
        tokens = pattern.split("/") if anchored or pattern.startswith("**") else ["**", *pattern.split("/")]
        return _in_parts(tokens, place.split("/"))
    assert "/" not in pattern, "our file has none of these"
    return fnmatchcase(place if anchored else PurePosixPath(place).name, pattern)


def _in_parts(tokens: Sequence[str], parts: Sequence[str]) -> bool:
    if not tokens:
        return not parts
    if tokens[0] == "**":
        return _in_parts(tokens[1:], parts) or (bool(parts) and _in_parts(tokens, parts[1:]))
    return bool(parts) and fnmatchcase(parts[0], tokens[0]) and _in_parts(tokens[1:], parts[1:])


def core_tools(lines: Sequence[str], path: str) -> bool:
    """The same for Core Tools: GitIgnoreParser.cs. Everything begins at the root, and what a `!` fits is always in."""
    patterns = [line for line in lines if line and not line.startswith("#")]
    out = [line for line in patterns if not line.startswith("!")]
    back = [line.removeprefix("!") for line in patterns if line.startswith("!")]
    return bool(_one_of(back).match(path)) or not _one_of(out).match(path)


def _one_of(patterns: Sequence[str]) -> re.Pattern[str]:
    escaped = (re.escape(pattern.removeprefix("/")).replace(r"\*", "*") for pattern in patterns)
    return re.compile("|".join(rf"(?:{each.replace('**', '.+').replace('*', '[^/]+')})\b" for each in escaped))


READERS: Mapping[str, Callable[[Sequence[str], str], bool]] = {"git": git, "azd": azd, "core tools": core_tools}
