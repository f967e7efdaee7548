"""The e-mails about refunds and chargebacks in English (R6)."""

from shared.notices.catalogue import Template
from shared.notices.kinds import ChargebackStage

_IF_WRONG = "If you do not know of it, ask the holder of the card and your colleagues."
_ON_AGAIN = "Switch auto-recharge on again when you want it to charge a card."

REFUNDED = Template(
    subject="Communications Credits: {amount} refunded",
    headline="{amount} went back to the card",
    happened=("A refund of {amount} was made to the card with which the credit had been bought.",),
    comes_next=("The bank that issued the card usually shows the money within ten days.",),
    can_do=("You need not do anything.",),
)

REFUND_FAILED = Template(
    subject="Communications Credits: a refund of {amount} has failed",
    headline="A refund of {amount} has failed",
    happened=("The refund of {amount} was refused, or the bank that issued the card sent the money back.",),
    comes_next=("The amount belongs to your credit again, with the expiry that it had. If it expired, it has lapsed.",),
    can_do=("You can try the refund again, as long as the credit has not expired.",),
)

CHARGEBACK = {
    ChargebackStage.OPENED: Template(
        subject="Communications Credits: a payment of yours is disputed",
        headline="The holder of a card disputes {amount} that you paid",
        happened=("The bank that issued the card has opened a dispute about {amount}.",),
        comes_next=(
            "Credit that was bought with this payment cannot be used until the dispute is decided.",
            "What the bank takes back is taken from this credit. What calls have used of it becomes an overdraft.",
        ),
        can_do=(_IF_WRONG, "If the payment was yours, ask the holder to withdraw the dispute at the bank."),
    ),
    ChargebackStage.WON: Template(
        subject="Communications Credits: a dispute of {amount} is over, the payment stands",
        headline="The dispute of {amount} is over, and the payment stands",
        happened=("The bank has decided that the payment was right.",),
        comes_next=("What was taken back belongs to your credit again, with the expiry that it had.",),
        can_do=("You need not do anything.",),
    ),
    ChargebackStage.LOST: Template(
        subject="Communications Credits: a dispute of {amount} is over, the money went back to the card",
        headline="The dispute of {amount} is over, and the money went back to the card",
        happened=("The bank has decided for the holder of the card.",),
        comes_next=("What calls have used of this payment is an overdraft, which the next funds settle first.",),
        can_do=("Add funds with another card.", _ON_AGAIN),
    ),
}

PAUSED_BY_DISPUTE = Template(
    subject="Communications Credits: auto-recharge is paused because of a dispute",
    headline="Auto-recharge is paused: a payment is disputed",
    happened=("The holder of a card, or its bank, has questioned a payment for your Communications Credits.",),
    comes_next=(
        "Auto-recharge charges nothing, so that the same card is not charged again.",
        "It continues when every dispute is decided for you, or when you save auto-recharge again.",
    ),
    can_do=(_IF_WRONG, "Store another card, and save auto-recharge again when the matter is settled."),
)
