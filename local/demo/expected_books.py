"""The demo's own books, which are compared with what the service answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class ExpectedLot:
    """One lot. The demo spends lots in the order in which it bought them."""

    source: str
    original: Decimal
    remaining: Decimal
    lapsed: Decimal = ZERO


@dataclass(slots=True)
class Books:
    """Lots and overdraft by the rules R2, R11 and R12."""

    lots: list[ExpectedLot] = field(default_factory=list)
    overdraft: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        """What is left in all lots."""
        return sum((lot.remaining for lot in self.lots), ZERO)

    def fund(self, source: str, amount: Decimal) -> None:
        """Add a lot; it pays the overdraft at once."""
        settled = min(self.overdraft, amount)
        self.lots.append(ExpectedLot(source, amount, amount - settled))
        self.overdraft -= settled

    def spend(self, amount: Decimal) -> None:
        """Take *amount* from the oldest lot first. What the lots cannot cover becomes overdraft."""
        for lot in self.lots:
            taken = min(lot.remaining, amount)
            lot.remaining -= taken
            amount -= taken
        self.overdraft += amount

    def lapse(self) -> Decimal:
        """Lapse what is left, and return how much that was."""
        lost = self.balance
        for lot in self.lots:
            lot.lapsed, lot.remaining = lot.remaining, ZERO
        return lost


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about the service: what was expected, and what was found."""

    description: str
    expected: str
    found: str

    @property
    def holds(self) -> bool:
        """Whether it is true: both are the same."""
        return self.expected == self.found


@dataclass(slots=True)
class Claims:
    """All claims, in the order in which they were checked."""

    made: list[Claim] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """Details that help to find why a claim is broken."""

    def add(self, description: str, expected: object, found: object) -> None:
        """Compare *found* with *expected*."""
        self.made.append(Claim(description, str(expected), str(found)))

    @property
    def broken(self) -> list[Claim]:
        """The claims that are false."""
        return [claim for claim in self.made if not claim.holds]

    def verdict(self) -> str:
        """How many claims are false, and which."""
        rows = [
            f"  {claim.description}: {claim.expected} was expected, {claim.found} was found" for claim in self.broken
        ]
        return "\n".join([f"{len(rows)} of {len(self.made)} claims do not hold:", *rows, *self.remarks])


def money(amount: Decimal) -> str:
    """An amount with two to six decimal places: `12.50`, `-0.001234`."""
    whole, _, places = f"{amount:,.6f}".partition(".")
    return f"{whole}.{places[:2]}{places[2:].rstrip('0')}"


def balance_text(balance: Decimal, overdraft: Decimal) -> str:
    """The balance, and the overdraft where there is one; the two are never added up."""
    return f"{money(balance)}, {money(overdraft)} owed" if overdraft else money(balance)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of *amounts*."""
    return sum(amounts, ZERO)
