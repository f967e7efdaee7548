"""Three implementations of `.funcignore`, after the sources of the tools, for the patterns that the file uses."""

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from pathspec import GitIgnoreSpec


def git(lines: Sequence[str], path: str) -> bool:
    """Whether git includes *path*: the last matching pattern decides, also for its parent folders."""
    above = [f"{folder}/" for folder in PurePosixPath(path).parents if folder.name]
    ignored = GitIgnoreSpec.from_lines(lines)
    return not any(ignored.match_file(each) for each in [*above, path])


def azd(lines: Sequence[str], path: str) -> bool:
    """Whether azd includes *path*: createDeployableZip in azure-dev, which uses denormal/go-gitignore.

    There `*` at the root also matches deeper paths, and a pattern that ends in "/" matches nothing.
    """
    places = [str(folder) for folder in reversed(PurePosixPath(path).parents) if folder.name]
    return all(_includes(lines, place) for place in [*places, path])


def _includes(lines: Sequence[str], place: str) -> bool:
    verdict = True
    for line in filter(None, lines):
        if not line.startswith("#") and _matches(line.removeprefix("!"), place):
            verdict = line.startswith("!")
    return verdict


def _matches(pattern: str, place: str) -> bool:
    anchored, pattern = pattern.startswith("/"), pattern.removeprefix("/")
    assert not pattern.endswith("/"), "azd removes the wrong slash, and the pattern matches nothing"
    if "**" in pattern:
        tokens = pattern.split("/") if anchored or pattern.startswith("**") else ["**", *pattern.split("/")]
        return _in_parts(tokens, place.split("/"))
    assert "/" not in pattern, "the file has no such pattern"
    return fnmatchcase(place if anchored else PurePosixPath(place).name, pattern)


def _in_parts(tokens: Sequence[str], parts: Sequence[str]) -> bool:
    if not tokens:
        return not parts
    if tokens[0] == "**":
        return _in_parts(tokens[1:], parts) or (bool(parts) and _in_parts(tokens, parts[1:]))
    return bool(parts) and fnmatchcase(parts[0], tokens[0]) and _in_parts(tokens[1:], parts[1:])


def core_tools(lines: Sequence[str], path: str) -> bool:
    """Whether Core Tools include *path* (GitIgnoreParser.cs): patterns start at the root, `!` patterns always win."""
    patterns = [line for line in lines if line and not line.startswith("#")]
    out = [line for line in patterns if not line.startswith("!")]
    back = [line.removeprefix("!") for line in patterns if line.startswith("!")]
    return bool(_one_of(back).match(path)) or not _one_of(out).match(path)


def _one_of(patterns: Sequence[str]) -> re.Pattern[str]:
    escaped = (re.escape(pattern.removeprefix("/")).replace(r"\*", "*") for pattern in patterns)
    return re.compile("|".join(rf"(?:{each.replace('**', '.+').replace('*', '[^/]+')})\b" for each in escaped))


READERS: Mapping[str, Callable[[Sequence[str], str], bool]] = {"git": git, "azd": azd, "core tools": core_tools}
