"""The command blocks of docs/runbook.md, as an operator would copy them into a shell."""

import re
from dataclasses import dataclass
from pathlib import Path

from local.machine.paths import ROOT

RUNBOOK = ROOT / "docs" / "runbook.md"

HERE, AZURE = "sh", "sh azure"
"""The mark on a block's fence: run in rehearsals, or only checked for syntax."""

_HEADING = re.compile(r"#{2,3} (.+)")
_FENCE = re.compile(r"```(.*)")


class UnmarkedBlockError(Exception):
    """A block has neither mark."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its heading, the line where it begins, its mark, and its text."""

    heading: str
    line: int
    mark: str
    text: str


def read_blocks(path: Path = RUNBOOK) -> list[Block]:
    """Every block, in order. Raises UnmarkedBlockError for a fence marked neither `sh` nor `sh azure`."""
    blocks: list[Block] = []
    lines: list[str] = []
    heading, mark, first_line = "", None, 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        fence, title = _FENCE.fullmatch(line), _HEADING.fullmatch(line)
        if mark is None and title:
            heading = title[1]
        elif mark is None and fence:
            mark, first_line, lines = fence[1], number, []
            if mark not in {HERE, AZURE}:
                raise UnmarkedBlockError(f"{path.name}:{number}: mark the block `{HERE}` or `{AZURE}`")
        elif mark is not None and fence:
            blocks.append(Block(heading, first_line, mark, "\n".join(lines) + "\n"))
            mark = None
        else:
            lines.append(line)
    return blocks


def headings(path: Path = RUNBOOK) -> list[str]:
    """Every heading of the second and third level, in order."""
    return [title[1] for line in path.read_text().splitlines() if (title := _HEADING.fullmatch(line))]
