"""What the service must arrive at: the demo's own books, kept beside it and held against what it answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class ExpectedLot:
    """One lot, in the order in which lots are bought, which is the order in which they are spent here."""

    source: str
    original: Decimal
    remaining: Decimal
    lapsed: Decimal = ZERO


@dataclass(slots=True)
class Books:
    """Lots and overdraft, as the rules R2, R11 and R12 make them."""

    lots: list[ExpectedLot] = field(default_factory=list)
    overdraft: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        """What is left in all lots."""
        return sum((lot.remaining for lot in self.lots), ZERO)

    def fund(self, source: str, amount: Decimal) -> None:
        """A new lot; what is overdrawn is taken from it at once."""
        settled = min(self.overdraft, amount)
        self.lots.append(ExpectedLot(source, amount, amount - settled))
        self.overdraft -= settled

    def spend(self, amount: Decimal) -> None:
        """The oldest lot first; what is lacking is overdraft."""
        for lot in self.lots:
            taken = min(lot.remaining, amount)
            lot.remaining -= taken
            amount -= taken
        self.overdraft += amount

    def lapse(self) -> Decimal:
        """Forfeit what is left, and say how much that was."""
        lost = self.balance
        for lot in self.lots:
            lot.lapsed, lot.remaining = lot.remaining, ZERO
        return lost


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that must hold, as expected and as found."""

    words: str
    expected: str
    found: str

    @property
    def holds(self) -> bool:
        """Whether both are the same."""
        return self.expected == self.found


@dataclass(slots=True)
class Claims:
    """All that was claimed, in the order of the story."""

    made: list[Claim] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What helps to find the reason of a broken one."""

    def add(self, words: str, expected: object, found: object) -> None:
        """Hold *found* against *expected*."""
        self.made.append(Claim(words, str(expected), str(found)))

    @property
    def broken(self) -> list[Claim]:
        """Those that do not hold."""
        return [claim for claim in self.made if not claim.holds]

    def verdict(self) -> str:
        """How many do not hold, and which."""
        rows = [f"  {claim.words}: {claim.expected} was expected, {claim.found} was found" for claim in self.broken]
        return "\n".join([f"{len(rows)} of {len(self.made)} claims do not hold:", *rows, *self.remarks])


def money(amount: Decimal) -> str:
    """At least two places, six at most: `12.50`, `-0.001234`."""
    whole, _, places = f"{amount:,.6f}".partition(".")
    return f"{whole}.{places[:2]}{places[2:].rstrip('0')}"


def balance_words(balance: Decimal, overdraft: Decimal) -> str:
    """The two numbers, never mixed; an overdraft only where there is one."""
    return f"{money(balance)}, {money(overdraft)} owed" if overdraft else money(balance)


def together(amounts: Iterable[Decimal]) -> Decimal:
    """Their sum."""
    return sum(amounts, ZERO)
