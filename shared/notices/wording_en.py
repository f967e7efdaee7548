"""The e-mails in English. They state only facts, and name no page or menu: the service has none."""

from shared.notices import wording_en_cards as cards
from shared.notices.catalogue import Catalogue, Labels, Template
from shared.notices.kinds import AutoRecharge, DeclineReason
from shared.notices.wording_en_brake import BRAKED, BRAKED_ALL, BRAKED_AMOUNTS, BRAKED_PREFIX, BRAKED_USER
from shared.notices.wording_en_cards import ADD_FUNDS, OTHER_CARD
from shared.notices.wording_en_limits import CAP_NEAR, CAP_REACHED, PAUSED
from shared.notices.wording_en_money_back import CHARGEBACK, REFUND_FAILED, REFUNDED

_ASK_BANK = "Ask the bank that issued the card why it declined the charge."
_DECLINED = "The bank that issued the card declined the charge."
_EMERGENCY = "Emergency calls are never refused and never charged."

# Lost and stolen read like a decline without a reason: a finder of the card may read the e-mail. Source: Stripe, list
# of decline codes (present lost_card and stolen_card as a generic decline).
_BECAUSE = {
    DeclineReason.INSUFFICIENT_FUNDS: "The card did not have enough funds.",
    DeclineReason.LIMIT_EXCEEDED: "The charge exceeded a limit that the bank has set for the card.",
    DeclineReason.EXPIRED_CARD: "The card has expired.",
    DeclineReason.LOST_CARD: _DECLINED,
    DeclineReason.STOLEN_CARD: _DECLINED,
    DeclineReason.CLOSED_ACCOUNT: "The card, or the bank account behind it, is closed.",
    DeclineReason.WRONG_DETAILS: "The stored details do not match the card.",
    DeclineReason.AUTHENTICATION_REQUIRED: (
        "The bank wants the holder of the card to confirm the charge, and auto-recharge cannot do that."
    ),
    DeclineReason.BANK_UNREACHABLE: "The bank could not process the charge. The card itself may be in order.",
    DeclineReason.REMOVED_CARD: "The card was removed before it could be charged.",
    DeclineReason.GENERIC: _DECLINED,
}

_CAN_DO = {
    DeclineReason.INSUFFICIENT_FUNDS: ("Make sure that the card has enough funds.",),
    DeclineReason.LIMIT_EXCEEDED: ("Ask the bank that issued the card to raise its limit.",),
    DeclineReason.EXPIRED_CARD: (OTHER_CARD,),
    DeclineReason.LOST_CARD: (_ASK_BANK, OTHER_CARD),
    DeclineReason.STOLEN_CARD: (_ASK_BANK, OTHER_CARD),
    DeclineReason.CLOSED_ACCOUNT: (OTHER_CARD,),
    DeclineReason.WRONG_DETAILS: (OTHER_CARD,),
    DeclineReason.AUTHENTICATION_REQUIRED: (
        "Store a card whose bank allows charges without asking you.",
        "If you add funds yourself, you can confirm the charge with the bank.",
    ),
    DeclineReason.BANK_UNREACHABLE: (),
    DeclineReason.REMOVED_CARD: (OTHER_CARD,),
    DeclineReason.GENERIC: (_ASK_BANK, OTHER_CARD),
}

_FAILED = ("Auto-recharge could not add {amount} to your Communications Credits.",)

_LABELS = Labels(
    account="Account",
    amount="Amount",
    balance="Balance",
    card="Card",
    charged_at="Charged",
    failed_at="Tried",
    next_attempt="Next attempt",
    largest_charge="Largest charge",
    monthly_cap="Monthly cap",
    paused_at="Paused",
    resumes_at="Can charge again",
    overdraft="Overdraft",
    recharged="Recharged this month",
    expires="Expires",
    as_of="As of",
    comes_next="What comes next",
    can_do="What you can do",
)

ENGLISH = Catalogue(
    language="en",
    labels=_LABELS,
    card="{brand} ending in {last_four}",
    manage_in_portal="To add funds, store a card or change auto-recharge, go to {portal}",
    manage_elsewhere=(
        "To add funds, store a card or change auto-recharge, use the software with which your organisation manages its"
        " Communications Credits. If you do not know it, ask the operator of the service."
    ),
    footer=(
        "You receive this e-mail because you are listed as an administrator of {organisation} in Communications"
        " Credits."
    ),
    succeeded=Template(
        subject="Communications Credits: recharged with {amount}",
        headline="{amount} added to your Communications Credits",
        happened=("Auto-recharge has added {amount} to your Communications Credits. The balance is now {balance}.",),
        comes_next=(
            "The new credit pays for calls that start within a year of the charge. What is left then expires.",
        ),
        can_do=("You need not do anything. You can change the trigger balance and the amount at any time.",),
    ),
    still_no_balance=(ADD_FUNDS,),
    failed_and_tried_again=Template(
        subject="Communications Credits: recharge of {amount} failed, we will try again",
        headline="A recharge of {amount} failed",
        happened=_FAILED,
        comes_next=("We will try again on {next_attempt}, if the balance still calls for it.",),
        can_do=(ADD_FUNDS,),
    ),
    failed_and_next_card=Template(
        subject="Communications Credits: recharge of {amount} failed, we will try another card",
        headline="A recharge of {amount} failed on one of your cards",
        happened=_FAILED,
        comes_next=(
            "We will charge your next stored card at once, if the balance still calls for it.",
            "If we do, another e-mail reports the outcome.",
        ),
        can_do=(ADD_FUNDS,),
    ),
    failed_for_good=Template(
        subject="Communications Credits: recharge of {amount} failed, please act",
        headline="A recharge of {amount} failed, and we will not try again by ourselves",
        happened=_FAILED,
        comes_next=(
            "Auto-recharge stops until you store another card.",
            "Then we will try again at once, if the balance still calls for it.",
        ),
        can_do=(ADD_FUNDS,),
    ),
    calls_continue=(
        "Calls continue while the balance of {balance} lasts. When it reaches zero, calls that cost money may be"
        f" refused. {_EMERGENCY}"
    ),
    calls_may_be_refused=(
        f"No balance is left: calls that cost money may be refused until credit is added. {_EMERGENCY}"
    ),
    declined_because=_BECAUSE,
    declined_can_do=_CAN_DO,
    no_card_tried="The payment provider refused to begin the charge. No card was tried.",
    zero=Template(
        subject="Communications Credits: the balance is zero, calls may be refused",
        headline="Your balance is zero",
        happened=("No credit is left to spend: it is used up or has expired.",),
        comes_next=(
            f"Calls that cost money may be refused until credit is added. {_EMERGENCY}",
            "A call that is made all the same is charged in full.",
            "What no credit pays for becomes an overdraft, which the next funds settle first.",
        ),
        can_do=(),
    ),
    zero_comes_next={
        AutoRecharge.OFF: (
            "Auto-recharge charges nothing: it is switched off, or there is no stored card that it can charge.",
        ),
        AutoRecharge.UNDER_WAY: (
            "A recharge is under way, and its outcome is not known yet. If it succeeds, another e-mail says so.",
        ),
        AutoRecharge.DECLINED: ("Auto-recharge could not add credit: the charge failed. Another e-mail says why.",),
        AutoRecharge.PAUSED: ("Auto-recharge is paused and charges nothing now. Another e-mail says why.",),
    },
    zero_can_do={
        AutoRecharge.OFF: (ADD_FUNDS, "Switch auto-recharge on, with a card that it can charge."),
        AutoRecharge.UNDER_WAY: (
            "Wait for the outcome of the recharge.",
            "If you cannot wait, add funds by card. The recharge may still succeed as well.",
        ),
        AutoRecharge.DECLINED: (ADD_FUNDS, OTHER_CARD),
        AutoRecharge.PAUSED: (ADD_FUNDS, "See the other e-mail for what keeps auto-recharge from charging."),
    },
    paused=PAUSED,
    cap_near=CAP_NEAR,
    cap_reached=CAP_REACHED,
    authentication_needed=cards.AUTHENTICATION_NEEDED,
    waits_for_holder=cards.WAITS_FOR_HOLDER,
    next_card_meanwhile=cards.NEXT_CARD_MEANWHILE,
    confirm_in_portal=cards.CONFIRM_IN_PORTAL,
    confirm_elsewhere=cards.CONFIRM_ELSEWHERE,
    switched_off=cards.SWITCHED_OFF,
    card_expires=cards.CARD_EXPIRES,
    refunded=REFUNDED,
    refund_failed=REFUND_FAILED,
    chargeback=CHARGEBACK,
    braked=BRAKED,
    braked_user=BRAKED_USER,
    braked_prefix=BRAKED_PREFIX,
    braked_all=BRAKED_ALL,
    braked_amounts=BRAKED_AMOUNTS,
)
