"""How the story looks: short chapters for people, plain lines where no terminal is."""

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

from local.demo.clients import Json, amount
from local.demo.expected_books import Claim, money

WIDTH_MAX = 96
INDENT = 3
BAR = 24
LOTS_SHOWN = 5
STATES = {"open": "green", "spent": "bright_black", "expired": "yellow"}
FIGURE = r"-?\b\d[\d,]*\.\d+\b"


class DemoConsole:
    """Standard output: colours on a terminal only, 80 columns where nobody says otherwise."""

    def __init__(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # a bar that cannot be drawn is no reason to fail
        self._console = Console(highlight=False)
        self._console.width = min(self._console.width, WIDTH_MAX)
        self._chapters = 0

    def chapter(self, title: str) -> None:
        """Begin the next chapter."""
        self._chapters += 1
        self._console.print(Text(f"\n{self._chapters:>2} {title}", "bold cyan"))

    def heading(self, title: str) -> None:
        """A part of its own behind the chapters."""
        self._console.print(Text(f"\n{title}", "bold cyan"))

    def say(self, words: str, style: str = "") -> None:
        """One paragraph; its figures stand out."""
        room = self._console.width - INDENT
        lines = wrap(words, room, break_long_words=False, break_on_hyphens=False)
        shown = Text("\n".join(f"{'':{INDENT}}{line}" for line in lines), style)
        shown.highlight_regex(FIGURE, "bold")
        self._console.print(shown, soft_wrap=True)

    def lots(self, lots: Sequence[Json]) -> None:
        """The last lots as bars: what is left of them."""
        table = Table.grid(padding=(0, 2, 0, 0))
        if len(lots) > LOTS_SHOWN:
            self.say(f"Before these: {len(lots) - LOTS_SHOWN} more, {lots[0]['state']}.")
        for lot in lots[-LOTS_SHOWN:]:
            left, whole = amount(lot["remaining"]), amount(lot["original"])
            state = f"{money(left)} left" if lot["state"] == "open" else lot["state"]
            until = f"until {lot['expiresAt'][:10]}"
            table.add_row(lot["source"], money(whole), _bar(left, whole, lot["state"]), state, until)
        self._indented(table)

    def emails(self, emails: Iterable[Json]) -> None:
        """The e-mails' subjects, as they came."""
        for subject, same in groupby(email["subject"] for email in emails):
            words, count = subject.partition(": ")[2] or subject, len(list(same))
            often = f" ({count} times)" if count > 1 else ""
            self._console.print(Text.assemble((f"{'':{INDENT}}e-mail  ", "magenta"), words, often), soft_wrap=True)

    def claims(self, claims: Sequence[Claim]) -> None:
        """What must hold, and whether it does."""
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bright_black")
        table.add_column("claim", no_wrap=True)
        table.add_column("expected", justify="right", overflow="fold")
        table.add_column("found", justify="right", overflow="fold")
        table.add_column("")
        for claim in claims:
            ok = Text("ok", "green") if claim.holds else Text("NO", "bold red")
            table.add_row(Text(claim.words), Text(claim.expected), Text(claim.found), ok)
        self._indented(table)

    def _indented(self, what: RenderableType) -> None:
        self._console.print(Padding(what, (0, 0, 0, INDENT), expand=False))


def _bar(left: Decimal, whole: Decimal, state: str) -> Text:
    """*left* of *whole*; something that is left is never drawn as nothing."""
    full = min(BAR, int(-(-left * BAR // whole)))
    return Text.assemble(("█" * full, STATES.get(state, "white")), ("·" * (BAR - full), "bright_black"))


@contextmanager
def meanwhile(words: str) -> Iterator[None]:
    """Say on standard error what is under way, while it is."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status(words):
            yield
    else:
        console.print(words, soft_wrap=True)
        yield


def times(count: int) -> str:
    """How often: `once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
