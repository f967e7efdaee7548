"""How the story looks: short chapters for people, plain lines where no terminal is."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from local.demo.expected import Claim, money
from local.demo.outside import Json, amount

WIDTH_MAX = 96
INDENT = 3
BAR = 24
STATES = {"open": "green", "spent": "bright_black", "expired": "yellow"}


class Paper:
    """Standard output: colours on a terminal only, 80 columns where nobody says otherwise."""

    def __init__(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # a bar that can not be drawn is no reason to fail
        self._console = Console(highlight=False)
        self._console.width = min(self._console.width, WIDTH_MAX)
        self._chapters = 0

    @property
    def chapter_number(self) -> int:
        """The chapter that is being told."""
        return self._chapters

    def chapter(self, title: str) -> None:
        """Begin the next chapter."""
        self._chapters += 1
        self._console.print()
        self._console.print(Text(f"{self._chapters:>2} {title}", "bold cyan"))

    def heading(self, title: str) -> None:
        """A part of its own behind the chapters."""
        self._console.print()
        self._console.print(Text(title, "bold"))

    def say(self, words: str) -> None:
        """One paragraph."""
        self._indented(Text(words))

    def lots(self, lots: Iterable[Json]) -> None:
        """Every lot as a bar: what is left of it."""
        table = Table.grid(padding=(0, 2, 0, 0))
        for justify in ("left", "left", "right", "left", "left"):
            table.add_column(justify=justify, no_wrap=True)
        for lot in lots:
            left, whole = amount(lot["remaining"]), amount(lot["original"])
            state = f"{money(left)} left" if lot["state"] == "open" else lot["state"]
            table.add_row(lot["source"], lot["purchasedAt"][:10], money(whole), _bar(left, whole, lot["state"]), state)
        self._indented(table)

    def letters(self, letters: Iterable[Json]) -> None:
        """The e-mails' subjects, as they came."""
        for letter in letters:
            words = letter["subject"].partition(": ")[2] or letter["subject"]
            self._indented(Text.assemble(("e-mail  ", "magenta"), words))

    def counts(self, title: str, counts: Iterable[tuple[str, object]]) -> None:
        """Numbers of things, side by side."""
        shown = Text.assemble((f"{title}  ", "bright_black"))
        for number, (name, count) in enumerate(counts):
            shown.append(f"{', ' if number else ''}{count} {name}")
        self._indented(shown)

    def claims(self, claims: Sequence[Claim]) -> None:
        """What must hold, and whether it does."""
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=True, header_style="bright_black")
        for title, justify in (("claim", "left"), ("expected", "right"), ("found", "right"), ("", "left")):
            table.add_column(title, justify=justify, overflow="fold")
        for claim in claims:
            ok = Text("ok", "green") if claim.holds else Text("NO", "bold red")
            table.add_row(Text(claim.words), Text(claim.expected), Text(claim.found), ok)
        self._indented(table)

    def verdict(self, words: str, colour: str) -> None:
        """The last word."""
        self._indented(Text(words, f"bold {colour}"))

    def _indented(self, what: Text | Table) -> None:
        self._console.print(Padding(what, (0, 0, 0, INDENT)))


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
