"""The e-mails in English."""

from shared.ledger.pause import PauseReason
from shared.notices.catalogue import Catalogue, Labels, Story
from shared.notices.kinds import AutoRecharge, DeclineReason

_EDIT = "Your products → Communications Credits → Billing settings → Edit auto-recharge settings"
_ADD_FUNDS = "Add funds by hand: Your products → Communications Credits → Add funds. The credit is usable at once."
_OTHER_CARD = f"Add another card, or put another stored card first: {_EDIT}."
_NEW_CARD_FIRST = f"Replace the card: {_EDIT}. A new card is charged at once when the balance still calls for it."
_ASK_BANK = "Ask the bank that issued the card why it declined the charge."
_CONFIRM_BY_HAND = (
    "Add funds by hand and confirm the charge with the bank: Your products → Communications Credits → Add funds."
)
_CHARGING = (
    "Auto-recharge is charging your card now. When that succeeds, calls work again at once and another e-mail tells you"
    " so."
)
_ZERO_STOPS = (
    "What stops: calls to your toll-free numbers (conferences, auto attendants, call queues), dial-out from"
    " conferences, international calls and all other chargeable calls cannot start."
)
_ZERO_KEEPS = (
    "What keeps working: emergency calls, which are never refused and never charged; calls and minutes that your plans"
    " include; calls between your users."
)
_CALLS_GO_ON = (
    "Calls go on while the balance of {balance} lasts. When it reaches zero, calls to your toll-free numbers, dial-out"
    " from conferences, international calls and all other chargeable calls cannot start. Emergency calls are never"
    " refused."
)
_CALLS_HAVE_STOPPED = (
    "No balance is left: calls to your toll-free numbers, dial-out from conferences, international calls and all other"
    " chargeable calls cannot start until credit is added. Emergency calls are never refused."
)

# Lost and stolen read like a decline without reason: what the bank believes about a card is not for an e-mail that a
# finder may read. Source: Stripe, list of decline codes (present lost_card and stolen_card as a generic decline).
_NO_REASON = "The bank that issued the card declined the charge and gave no reason."
_NEVER_AGAIN = "The bank that issued the card declined the charge and will not accept this card again."

ENGLISH = Catalogue(
    language="en",
    labels=Labels(
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
        resumes_at="Charges again",
        overdraft="Overdraft",
        reached_zero_at="Reached zero",
        comes_next="What comes next",
        can_do="What you can do",
    ),
    card="{brand} ending in {last_four}",
    footer=(
        "You receive this e-mail because you are an administrator of {organisation}. Who receives these e-mails is set"
        " under Your products → Communications Credits → Administrators."
    ),
    succeeded=Story(
        subject="Communications Credits: recharged with {amount}",
        headline="{amount} added to your balance",
        happened=("Auto-recharge has added {amount} to your Communications Credits. The balance is now {balance}.",),
        comes_next=(
            "Calls go on as usual. Credit is usable for a year from the day it was charged; what is left then lapses.",
        ),
        can_do=(f"You need do nothing. To change the trigger balance, the amount or the card: {_EDIT}.",),
    ),
    failed_and_tried_again=Story(
        subject="Communications Credits: recharge of {amount} failed, we will try again",
        headline="A recharge of {amount} failed",
        happened=("Auto-recharge could not add {amount} to your Communications Credits.",),
        comes_next=("We will try again on {next_attempt}.",),
        can_do=(_ADD_FUNDS,),
    ),
    failed_for_good=Story(
        subject="Communications Credits: recharge of {amount} failed, please act",
        headline="A recharge of {amount} failed, and we will not try again",
        happened=("Auto-recharge could not add {amount} to your Communications Credits.",),
        comes_next=("We will not try again until you act.",),
        can_do=(_ADD_FUNDS,),
    ),
    calls_go_on=_CALLS_GO_ON,
    calls_have_stopped=_CALLS_HAVE_STOPPED,
    declined_because={
        DeclineReason.INSUFFICIENT_FUNDS: "The card did not have enough funds.",
        DeclineReason.LIMIT_EXCEEDED: "The charge exceeded a limit that the bank has set for the card.",
        DeclineReason.EXPIRED_CARD: "The card has expired.",
        DeclineReason.LOST_CARD: _NEVER_AGAIN,
        DeclineReason.STOLEN_CARD: _NEVER_AGAIN,
        DeclineReason.CLOSED_ACCOUNT: "The card, or the account behind it, is closed.",
        DeclineReason.WRONG_DETAILS: "The stored details are not those of the card any more.",
        DeclineReason.AUTHENTICATION_REQUIRED: (
            "The bank wants the holder of the card to confirm the charge, and auto-recharge cannot do that."
        ),
        DeclineReason.BANK_UNREACHABLE: "The bank could not be reached. The card itself may be in order.",
        DeclineReason.REMOVED_CARD: "The card was removed before it could be charged.",
        DeclineReason.GENERIC: _NO_REASON,
    },
    declined_so={
        DeclineReason.INSUFFICIENT_FUNDS: ("See that the card has enough funds for the next attempt.", _OTHER_CARD),
        DeclineReason.LIMIT_EXCEEDED: ("Ask the bank that issued the card to raise its limit.", _OTHER_CARD),
        DeclineReason.EXPIRED_CARD: (_NEW_CARD_FIRST,),
        DeclineReason.LOST_CARD: (_NEW_CARD_FIRST, _ASK_BANK),
        DeclineReason.STOLEN_CARD: (_NEW_CARD_FIRST, _ASK_BANK),
        DeclineReason.CLOSED_ACCOUNT: (_NEW_CARD_FIRST,),
        DeclineReason.WRONG_DETAILS: (_NEW_CARD_FIRST,),
        DeclineReason.AUTHENTICATION_REQUIRED: (
            _CONFIRM_BY_HAND,
            f"Add a card whose bank allows recurring charges without asking: {_EDIT}.",
        ),
        DeclineReason.BANK_UNREACHABLE: (_OTHER_CARD,),
        DeclineReason.REMOVED_CARD: (f"Add a card: {_EDIT}.",),
        DeclineReason.GENERIC: (_ASK_BANK, _OTHER_CARD),
    },
    zero=Story(
        subject="Communications Credits: the balance is zero, chargeable calls have stopped",
        headline="Your balance is zero",
        happened=("Your Communications Credits are used up.",),
        comes_next=(
            _ZERO_STOPS,
            _ZERO_KEEPS,
        ),
        can_do=(),
    ),
    zero_next={
        AutoRecharge.OFF: ("Auto-recharge is off: nothing will be charged, and nothing changes until you add funds.",),
        AutoRecharge.UNDER_WAY: (_CHARGING,),
        AutoRecharge.DECLINED: ("Auto-recharge could not help: the card was declined. Another e-mail tells you why.",),
        AutoRecharge.PAUSED: ("Auto-recharge is paused and charges nothing now. Another e-mail tells you why.",),
    },
    zero_so={
        AutoRecharge.OFF: (
            _ADD_FUNDS,
            f"Switch auto-recharge on, so that this does not happen again: {_EDIT}.",
        ),
        AutoRecharge.UNDER_WAY: (
            "Wait a few minutes for the e-mail that says whether the recharge succeeded.",
            f"If this happens often, raise the trigger balance or the amount: {_EDIT}.",
        ),
        AutoRecharge.DECLINED: (_ADD_FUNDS, _NEW_CARD_FIRST),
        AutoRecharge.PAUSED: (_ADD_FUNDS, f"Change what holds auto-recharge back: {_EDIT}."),
    },
    paused={
        PauseReason.LARGEST_CHARGE: Story(
            subject="Communications Credits: your largest charge is too small",
            headline="A charge of at most {limit} does not bring the balance above the trigger",
            happened=(
                "Auto-recharge may charge {limit} at a time, the largest single charge that you agreed to.",
                "It takes more than that to bring the balance above your trigger balance.",
            ),
            comes_next=(
                "It charges what it may. To protect your card, it then pauses before it makes another charge.",
            ),
            can_do=(
                f"Raise the largest charge if these calls are yours: {_EDIT}.",
                _ADD_FUNDS,
                "Check your recent calls: spending much more than usual may be fraud.",
            ),
        ),
        PauseReason.CAP: Story(
            subject="Communications Credits: auto-recharge has reached its monthly cap",
            headline="Auto-recharge has reached its monthly cap of {limit}",
            happened=(
                "The balance is at your trigger balance.",
                "The monthly cap of {limit} leaves no room for another recharge.",
            ),
            comes_next=("Auto-recharge charges nothing more this month. It charges again on {resumes_at}.",),
            can_do=(_ADD_FUNDS, f"Raise the monthly cap: {_EDIT}."),
        ),
        PauseReason.TOO_MANY_LOTS: Story(
            subject="Communications Credits: auto-recharge is paused",
            headline="Auto-recharge is paused: your credit is split into too many purchases",
            happened=(
                "The balance is at your trigger balance.",
                "Your account already holds as many separate amounts of unspent credit as an account can hold.",
            ),
            comes_next=("Auto-recharge charges again by itself as soon as one of them is used up or has expired.",),
            can_do=(
                "Wait until one of the amounts is used up.",
                f"Choose a larger recharge amount, so that fewer purchases are needed: {_EDIT}.",
            ),
        ),
    },
)
