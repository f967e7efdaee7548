"""The command blocks of docs/runbook.md: what a person would copy into a shell."""

import re
from dataclasses import dataclass
from pathlib import Path

from local.machine.paths import ROOT

RUNBOOK = ROOT / "docs" / "runbook.md"

HERE, AZURE = "sh", "sh azure"
"""How a block's fence is marked: run in rehearsals, or only looked at."""

_HEADING = re.compile(r"#{2,3} (.+)")
_FENCE = re.compile(r"```(.*)")


class UnmarkedBlockError(Exception):
    """A block is neither run nor excused."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: under which heading, on which line it begins, whether it is run here, and its text."""

    heading: str
    line: int
    mark: str
    text: str


def read_blocks(path: Path = RUNBOOK) -> list[Block]:
    """Every block, in order. UnmarkedBlockError for a fence that says neither `sh` nor `sh azure`."""
    blocks: list[Block] = []
    lines: list[str] = []
    heading, mark, begun = "", None, 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fence, title = _FENCE.fullmatch(line), _HEADING.fullmatch(line)
        if mark is None and title:
            heading = title[1]
        elif mark is None and fence:
            mark, begun, lines = fence[1], number, []
            if mark not in {HERE, AZURE}:
                raise UnmarkedBlockError(f"{path.name}:{number}: mark the block `{HERE}` or `{AZURE}`")
        elif mark is not None and fence:
            blocks.append(Block(heading, begun, mark, "\n".join(lines) + "\n"))
            mark = None
        else:
            lines.append(line)
    return blocks


def headings(path: Path = RUNBOOK) -> list[str]:
    """Every heading of the second and third level, in order."""
    return [title[1] for line in path.read_text().splitlines() if (title := _HEADING.fullmatch(line))]
