"""The demo's output: short chapters, with colours on a terminal and as plain lines elsewhere."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import groupby
from textwrap import wrap

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from local.demo.clients import amount
from local.demo.expected_books import Claim, money
from local.machine.service_client import Json

WIDTH_MAX = 96
INDENT = 3
BAR_WIDTH = 24
LOTS_SHOWN = 5
STATE_COLOURS = {"open": "green", "spent": "bright_black", "expired": "yellow"}
FIGURE = r"-?\b\d[\d,]*\.\d+\b"


class DemoConsole:
    """Standard output: colours on a terminal only, 80 columns where the width is not known."""

    def __init__(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # a character that the encoding lacks must not end the demo
        self._console = Console(highlight=False)
        self._console.width = min(self._console.width, WIDTH_MAX)
        self._chapters = 0

    def chapter(self, title: str) -> None:
        """Begin the next chapter."""
        self._chapters += 1
        self._console.print(Text(f"\n{self._chapters:>2} {title}", "bold cyan"))

    def heading(self, title: str) -> None:
        """Begin a part after the chapters."""
        self._console.print(Text(f"\n{title}", "bold cyan"))

    def paragraph(self, text: str, style: str = "") -> None:
        """Print one paragraph with its figures in bold."""
        width = self._console.width - INDENT
        lines = wrap(text, width, break_long_words=False, break_on_hyphens=False)
        shown = Text("\n".join(f"{'':{INDENT}}{line}" for line in lines), style)
        shown.highlight_regex(FIGURE, "bold")
        self._console.print(shown, soft_wrap=True)

    def steps(self, steps: Iterable[tuple[str, str, str]]) -> None:
        """Print moments of a call, or answers to several calls, in three columns."""
        table = Table.grid(padding=(0, 3, 0, 0))
        table.add_column(style="bright_black", no_wrap=True)
        for at, what, more in steps:
            table.add_row(at, what, Text(more, "bold"))
        self._indented(table)

    def lots(self, lots: Sequence[Json]) -> None:
        """Print the newest lots, each with a bar that shows what is left."""
        table = Table.grid(padding=(0, 2, 0, 0))
        if len(lots) > LOTS_SHOWN:
            self.paragraph(f"Before these: {len(lots) - LOTS_SHOWN} more, {lots[0]['state']}.")
        for lot in lots[-LOTS_SHOWN:]:
            left, whole = amount(lot["remaining"]), amount(lot["original"])
            state = f"{money(left)} left" if lot["state"] == "open" else lot["state"]
            until = f"until {lot['expiresAt'][:10]}"
            table.add_row(lot["source"], money(whole), _bar(left, whole, lot["state"]), state, until)
        self._indented(table)

    def emails(self, emails: Iterable[Json]) -> None:
        """Print the subjects of e-mails in order. Equal subjects in succession take one line."""
        for subject, same in groupby(email["subject"] for email in emails):
            title, count = subject.partition(": ")[2] or subject, len(list(same))
            repeats = f" ({count} times)" if count > 1 else ""
            self._console.print(Text.assemble((f"{'':{INDENT}}e-mail  ", "magenta"), title, repeats), soft_wrap=True)

    def translations(self, subjects: Iterable[str]) -> None:
        """Print the subjects of the same e-mail in other languages."""
        for subject in subjects:
            self._console.print(
                Text.assemble((f"{'':{INDENT}}        ", "magenta"), (subject, "bright_black")), soft_wrap=True
            )

    def claims(self, claims: Sequence[Claim]) -> None:
        """Print each claim with what was expected and what was found."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bright_black")
        table.add_column("claim", no_wrap=True)
        table.add_column("expected", justify="right", overflow="fold")
        table.add_column("found", justify="right", overflow="fold")
        table.add_column("")
        for claim in claims:
            ok = Text("ok", "green") if claim.holds else Text("NO", "bold red")
            table.add_row(Text(claim.description), Text(claim.expected), Text(claim.found), ok)
        self._indented(table)

    def _indented(self, what: RenderableType) -> None:
        self._console.print(Padding(what, (0, 0, 0, INDENT), expand=False))


def _bar(left: Decimal, whole: Decimal, state: str) -> Text:
    """A bar for *left* out of *whole*: at least one block if anything is left."""
    full = min(BAR_WIDTH, int(-(-left * BAR_WIDTH // whole)))
    colour = STATE_COLOURS.get(state, "white")
    return Text.assemble(("█" * full, colour), ("·" * (BAR_WIDTH - full), "bright_black"))


@contextmanager
def status(text: str) -> Iterator[None]:
    """Show on standard error what is under way, until the end of the block."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status(text):
            yield
    else:
        console.print(text, soft_wrap=True)
        yield


def times(count: int) -> str:
    """How often: `once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
