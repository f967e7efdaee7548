"""Seeds that once violated an invariant, with the bug that they found. The bugs are also in planted/."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Regression:
    """A run that must never violate an invariant again."""

    scenario: str
    seed: str
    bug: str


REGRESSIONS = (
    Regression(
        "debits", "98", "a lot that was spent between two reads was in neither of them, and the grant answered 500"
    ),
    Regression("suspense", "289", "the first commit of a partition was applied after its alarm had been deleted"),
    Regression("purchases", "18", "each of many catch-ups created all messages again, and each drain sent all of them"),
    Regression("expiry", "0", "a notice was lost in an outage of the mail service"),
    Regression("everything", "101064", "a reconciliation treated a payment as unpaid that succeeded while it ran"),
    Regression("inherited", "1581133077", "the check took a page in which nothing is decided for one that must settle"),
    Regression("everything", "1581133594", "the check took the recharge after an overdue one for the overdue one"),
    Regression(
        "everything", "1581134869", "the check took an overdue retry that began later in the page for one under way"
    ),
    Regression("expiry", "165", "each delivery of a settled event was a separate attempt to commit"),
    Regression("authorised", "21", "a release failed when it gave money back to an account with overdraft"),
    Regression("outliving", "9", "a time-out failed when it gave money back to an account with overdraft"),
    Regression("authorised", "28", "the audit could not read a page in which a hold was opened, settled and paid"),
    Regression("pools", "2", "the row of a user's pool did not name the user, and the audit found it wrong"),
    Regression(
        "recharging", "24196520", "the check took an overdue recharge that began later in the page for a new one"
    ),
    Regression(
        "pools", "2093779990", "an empty page was the first one after a month, and the month's statement was not told"
    ),
    Regression(
        "money back",
        "1481625286",
        "a call that was sent a day late was refused, and its refund became credit again",
    ),
    Regression("stored cards", "504284666", "a card was removed and stored again while its charge was refused"),
    Regression("capped", "504284728", "a crash after a payment was cancelled lost the refusal of its card"),
    Regression("recharging", "1571570", "the check took a refusal that a later decline hid for one that was known"),
    Regression("everything", "1572666", "the check took the recharge after a cancelled one for the cancelled one"),
    Regression("toll fraud", "124208927", "the brake was read before the head, and was older than it"),
)
