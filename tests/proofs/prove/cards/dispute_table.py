"""What follows when a charge of a test card is disputed, or its issuer warns of fraud. docs/cards.md shows this table,
and a test compares.
"""

from dataclasses import dataclass, fields

from tests.proofs.prove.cards.table import SUCCEEDED_MAIL

PURCHASE, RECHARGE = "a purchase", "a recharge"

WITHDRAWN, UNCHANGED = "disputed, its money is withdrawn", "unchanged"

PAUSED, CONTINUES = "paused (`dispute`), charges nothing at its trigger", "continues"

DISPUTED_MAIL, PAUSED_MAIL = "payment disputed", "auto-recharge paused"
WON_MAIL, LOST_MAIL = "payment stands", "money went back"

RETURNED = f"the money returns, auto-recharge continues; e-mail: {WON_MAIL}"
LOST = f"the lot stays disputed, auto-recharge paused until it is saved again; e-mail: {LOST_MAIL}"
NOTHING_CHANGES, NO_DISPUTE = "nothing changes", "is no dispute"


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One test card: *method* is its name at the provider, *number* how it ends, *charged_by* what charged it.
    *lot* and *recharge* are the states afterwards of what was bought and of auto-recharge, *emails* what administrators
    receive.
    *won* and *lost*: what follows from the bank's decision.
    """

    method: str
    number: str
    charged_by: str
    lot: str
    recharge: str
    emails: str
    won: str
    lost: str


def _emails(charged_by: str, *more: str) -> str:
    return "; ".join([*([SUCCEEDED_MAIL] if charged_by == RECHARGE else []), *more]) or "none"


def _chargeback(method: str, number: str, charged_by: str) -> DisputeRow:
    emails = _emails(charged_by, DISPUTED_MAIL, PAUSED_MAIL)
    return DisputeRow(method, number, charged_by, WITHDRAWN, PAUSED, emails, RETURNED, LOST)


def _inquiry(method: str, number: str, charged_by: str) -> DisputeRow:
    emails = _emails(charged_by)
    return DisputeRow(method, number, charged_by, UNCHANGED, CONTINUES, emails, NOTHING_CHANGES, NOTHING_CHANGES)


def _warning(method: str, number: str, charged_by: str) -> DisputeRow:
    emails = _emails(charged_by, PAUSED_MAIL)
    return DisputeRow(method, number, charged_by, UNCHANGED, PAUSED, emails, NO_DISPUTE, NO_DISPUTE)


DISPUTES = tuple(
    row(method, number, charged_by)
    for row, method, number in (
        (_chargeback, "pm_card_createDispute", "0259"),
        (_chargeback, "pm_card_createDisputeProductNotReceived", "2685"),
        (_inquiry, "pm_card_createDisputeInquiry", "1976"),
        (_warning, "pm_card_createIssuerFraudRecord", "5423"),
    )
    for charged_by in (PURCHASE, RECHARGE)
)

TITLES = (
    *("Test card", "Number ends", "Charged by", "The lot then", "Auto-recharge then", "E-mails"),
    *("A dispute that is won", "A dispute that is lost"),
)


def markdown() -> str:
    """The table as docs/cards.md has it."""
    rows = [[f"`{row.method}`", *(getattr(row, each.name) for each in fields(row)[1:])] for row in DISPUTES]
    lines = [TITLES, ["---"] * len(TITLES), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
