"""Seeds that once broke an invariant, and what it was. What they found stays planted, too: see planted/."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Regression:
    """A run that must hold for ever."""

    scenario: str
    seed: str
    once: str


REGRESSIONS = (
    Regression("debits", "98", "a lot spent between two reads was on neither side of them, and the grant answered 500"),
    Regression("suspense", "289", "the first commit of a partition landed after its alarm had been dropped"),
    Regression("purchases", "18", "each of many looks told everything again, and each drain sent all of it"),
    Regression("expiry", "0", "a notice was given up in an outage of the mail service"),
    Regression("everything", "101064", "a reconciliation took a payment for unpaid that succeeded while it looked"),
    Regression("expiry", "165", "each delivery of a settled event cost a try of its own"),
)
