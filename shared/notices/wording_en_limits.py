"""The e-mails in English about the limits of auto-recharge: why it is paused, and how much of its cap is used."""

from shared.ledger.pause import PauseReason
from shared.notices.catalogue import Template
from shared.notices.wording_en_cards import ADD_FUNDS
from shared.notices.wording_en_money_back import PAUSED_BY_DISPUTE

PAUSED = {
    PauseReason.DISPUTE: PAUSED_BY_DISPUTE,
    PauseReason.LARGEST_CHARGE: Template(
        subject="Communications Credits: your largest charge is too small",
        headline="A charge of at most {limit} does not bring the balance above the trigger",
        happened=(
            "Auto-recharge may charge {limit} at a time, the largest single charge that you agreed to.",
            "It takes more than that to bring the balance above your trigger balance.",
        ),
        comes_next=("Auto-recharge charges what it may. To protect your card, it then pauses before the next charge.",),
        can_do=(
            "If these calls are yours, raise the largest charge.",
            ADD_FUNDS,
            "Check your recent calls: spending much more than usual may be fraud.",
        ),
    ),
    PauseReason.CAP: Template(
        subject="Communications Credits: auto-recharge has reached its monthly cap",
        headline="Auto-recharge has reached its monthly cap of {limit}",
        happened=(
            "The balance is at or below your trigger balance.",
            "The monthly cap of {limit} leaves no room for another recharge.",
        ),
        comes_next=("Auto-recharge charges nothing until {resumes_at}, unless you raise the cap.",),
        can_do=(ADD_FUNDS, "Raise the monthly cap."),
    ),
    PauseReason.TOO_MANY_LOTS: Template(
        subject="Communications Credits: auto-recharge is paused",
        headline="Auto-recharge is paused: your credit is split into too many purchases",
        happened=(
            "The balance is at or below your trigger balance.",
            "Your account holds as many separate amounts of unspent credit, or purchases under way, as it can hold.",
        ),
        comes_next=("Auto-recharge continues by itself as soon as one of them is used up or has expired.",),
        can_do=(
            "Wait until one of the amounts is used up.",
            "Choose a larger recharge amount, so that fewer recharges are needed.",
        ),
    ),
    PauseReason.NOT_ELIGIBLE: Template(
        subject="Communications Credits: auto-recharge is paused",
        headline="Auto-recharge is paused: your organisation cannot buy credit at present",
        happened=(
            "The balance is at or below your trigger balance.",
            "The way in which your subscriptions were bought or are billed does not allow you to buy credit.",
        ),
        comes_next=("Auto-recharge charges nothing. It continues by itself as soon as you can buy credit again.",),
        can_do=("Check your organisation's eligibility: each reason is listed there with what resolves it.",),
    ),
    PauseReason.BURST: Template(
        subject="Communications Credits: auto-recharge is paused, please check your calls",
        headline="Auto-recharge is paused: it has charged your card unusually often",
        happened=(
            "The balance is at or below your trigger balance.",
            "Within an hour auto-recharge has charged your card as often as it may.",
        ),
        comes_next=("To protect your card, auto-recharge charges nothing until {resumes_at}.",),
        can_do=(
            "Check your recent calls: spending much more than usual may be fraud.",
            "If these calls are yours, choose a larger recharge amount, so that fewer recharges are needed.",
            "When you save the settings, auto-recharge continues at once.",
            ADD_FUNDS,
        ),
    ),
}

_CAP_CAN_DO = (
    "If you did not expect that, check your recent calls.",
    "If these calls are yours, raise the monthly cap.",
)

CAP_NEAR = Template(
    subject="Communications Credits: {level}% of the monthly cap is used",
    headline="Auto-recharge has used {level}% of its monthly cap",
    happened=("This month auto-recharge has charged {recharged}. Your monthly cap is {limit}.",),
    comes_next=(
        "Auto-recharge continues until the cap leaves no room for another recharge.",
        "It may charge as much again from {resumes_at} on.",
    ),
    can_do=_CAP_CAN_DO,
)

CAP_REACHED = Template(
    subject="Communications Credits: the monthly cap is reached",
    headline="Auto-recharge has reached its monthly cap of {limit}",
    happened=("This month auto-recharge has charged {recharged}. Your monthly cap is {limit}.",),
    comes_next=("Auto-recharge charges nothing more until {resumes_at}, unless you raise the cap.",),
    can_do=(*_CAP_CAN_DO, ADD_FUNDS),
)
