"""The e-mails about stored cards, in English."""

from shared.notices.catalogue import Template
from shared.notices.kinds import OffReason

ADD_FUNDS = "Add funds by card. The credit is usable as soon as the card is charged."
OTHER_CARD = "Store another card. A renewed card with a new expiry date counts as another one."

AUTHENTICATION_NEEDED = Template(
    subject="Communications Credits: the bank wants you to confirm a card",
    headline="The bank wants the holder of a card to confirm it",
    happened=(
        "Auto-recharge could not add {amount} to your Communications Credits.",
        "The bank that issued the card wants its holder to confirm that the card may be charged.",
    ),
    comes_next=(),
    can_do=("Ask the holder of the card to confirm it with the bank.", OTHER_CARD, ADD_FUNDS),
)
WAITS_FOR_HOLDER = (
    "As soon as the holder has confirmed the card, it is charged at once, if the balance still calls for it."
)
NEXT_CARD_MEANWHILE = (
    "We will charge your next stored card at once, if the balance still calls for it. The card of this e-mail is left"
    " out until its holder has confirmed it."
)
CONFIRM_IN_PORTAL = "To confirm the card, go to {page}"
CONFIRM_ELSEWHERE = (
    "To confirm the card, use the software with which your organisation manages its Communications Credits, and buy"
    " credit with the card, or store it once more. If you do not know it, ask the operator of the service."
)

SWITCHED_OFF = {
    OffReason.NO_CARD: Template(
        subject="Communications Credits: auto-recharge is switched off",
        headline="Auto-recharge is switched off: there is no card that it can charge",
        happened=("The last stored card that could be charged was removed, or its bank refused it for good.",),
        comes_next=("Auto-recharge stays off until you switch it on. Storing a card does not switch it on.",),
        can_do=(OTHER_CARD, "Then switch auto-recharge on."),
    ),
    OffReason.REFUND: Template(
        subject="Communications Credits: auto-recharge is switched off",
        headline="Auto-recharge is switched off: a refund would have caused a recharge",
        happened=(
            "A refund was made that leaves the balance at or below your trigger balance.",
            "With auto-recharge on, the same amount would be charged again at once.",
        ),
        comes_next=("Auto-recharge stays off until you switch it on.",),
        can_do=("If you still want to be recharged, switch auto-recharge on.",),
    ),
}

CARD_EXPIRES = Template(
    subject="Communications Credits: {card} expires at the end of {expiry}",
    headline="A stored card expires soon",
    happened=("{card} can be charged until the end of {expiry}.",),
    comes_next=("After that, auto-recharge charges your other stored cards, if there are any.",),
    can_do=(OTHER_CARD, "Remove the card once it has expired."),
)
