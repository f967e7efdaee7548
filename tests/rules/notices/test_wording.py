"""What e-mails say: what happened, what comes next, what the reader can do, and nothing that is not so (R19)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.kernel.money import Money
from shared.ledger.pause import PauseReason
from shared.notices.account_kinds import AutoRecharge
from shared.notices.decline_reason import DeclineReason
from shared.notices.kinds import AuthenticationNeeded, AutoRechargeOff, OffReason, RechargeSucceeded
from shared.notices.recipients import Readers
from shared.notices.wording import email
from tests.rules.notices.samples import (
    AMERICAN,
    AT,
    EVERY,
    NB,
    Words,
    cap_reached,
    dollars,
    expiring,
    failed,
    needs_holder,
    paused,
    succeeded,
    zero,
)

EVERY_KIND = pytest.mark.parametrize("notice", EVERY, ids=lambda notice: type(notice).__name__)


def text_of(notice, readers=AMERICAN, organisation="Contoso"):
    return email(notice, readers, organisation).text


# --- a recharge


def test_the_email_about_a_recharge_contains_the_charge_and_the_balance():
    sent = email(succeeded(), AMERICAN, "Contoso")
    assert sent.to == AMERICAN.addresses
    assert sent.subject == "Communications Credits: recharged with $50.00"
    assert "Auto-recharge has added $50.00 to your Communications Credits. The balance is now $61.23." in sent.text
    assert "Card: Visa ending in 4242" in sent.text
    assert f"Charged: November 22, 2026, 2:31{NB}AM (UTC-05:00)" in sent.text
    assert "Calls continue while the balance of $61.23 lasts." in sent.text


def test_a_recharge_that_the_overdraft_took_whole_asks_for_more():
    assert "- Add funds by card." in text_of(succeeded(balance="0"))
    assert "You need not do anything" not in text_of(succeeded(balance="0"))
    assert "You need not do anything" in text_of(succeeded(balance="0.000001"))


def test_an_unknown_card_is_not_mentioned():
    assert "Card:" not in text_of(succeeded(card=None))


@pytest.mark.parametrize("notice", [succeeded(balance="-20"), failed(balance="-20"), paused(balance="-20")])
def test_balance_and_overdraft_are_two_numbers(notice):
    lines = text_of(notice).splitlines()
    assert {"Balance: $0.00", "Overdraft: $20.00"} <= set(lines)
    assert not any("-$" in line for line in lines)
    assert "No balance is left" in text_of(notice)


def test_the_email_about_a_failed_recharge_explains_reason_next_try_and_remedy():
    sent = email(failed(), AMERICAN, "Contoso")
    assert sent.subject == "Communications Credits: recharge of $50.00 failed, we will try again"
    assert "The card did not have enough funds." in sent.text
    assert f"We will try again on November 22, 2026, 3:31{NB}AM (UTC-05:00), if the balance" in sent.text
    assert "Calls continue while the balance of $3.20 lasts." in sent.text
    assert "- Make sure that the card has enough funds." in sent.text


def test_the_email_about_a_final_decline_asks_for_action():
    sent = email(failed(DeclineReason.EXPIRED_CARD, next_attempt=None), AMERICAN, "Contoso")
    assert sent.subject == "Communications Credits: recharge of $50.00 failed, please act"
    assert "The card has expired." in sent.text
    assert "we will not try again by ourselves" in sent.text
    assert "Auto-recharge stops until you store another card" in sent.text
    assert "Next attempt" not in sent.text


@pytest.mark.parametrize("next_attempt", [AT, AT - timedelta(seconds=1)])
def test_a_next_card_that_is_charged_at_once_is_no_next_attempt_at_a_time(next_attempt):
    sent = email(failed(DeclineReason.EXPIRED_CARD, next_attempt=next_attempt), AMERICAN, "Contoso")
    assert sent.subject == "Communications Credits: recharge of $50.00 failed, we will try another card"
    assert "We will charge your next stored card at once" in sent.text
    assert "Next attempt" not in sent.text


def test_a_charge_that_the_provider_refused_to_begin_blames_no_bank():
    text = text_of(failed(DeclineReason.GENERIC, card=None))
    assert "The payment provider refused to begin the charge. No card was tried." in text
    assert "bank" not in text


def test_no_email_suggests_an_order_of_cards_that_cannot_be_changed():
    assert not any("first" in step for notice in EVERY for step in text_of(notice).splitlines() if step[:2] == "- ")


@pytest.mark.parametrize(("balance", "stopped"), [("0.000001", False), ("0", True), ("-1", True)])
def test_the_email_says_that_calls_continue_only_while_there_is_a_balance(balance, stopped):
    text = text_of(failed(balance=balance))
    assert ("No balance is left" in text) is stopped
    assert ("Calls continue while" in text) is not stopped


@pytest.mark.parametrize("reason", [DeclineReason.LOST_CARD, DeclineReason.STOLEN_CARD])
@pytest.mark.parametrize("next_attempt", [None, AT])
def test_the_email_does_not_say_that_a_card_is_reported_lost_or_stolen(reason, next_attempt):
    sent = email(failed(reason, next_attempt=next_attempt), AMERICAN, "Contoso")
    assert not re.search("lost|stolen", sent.subject + sent.text + sent.html, re.IGNORECASE)


# --- the balance is zero, auto-recharge is paused


def test_the_email_about_zero_says_which_calls_may_be_refused():
    text = text_of(zero())
    assert "Calls that cost money may be refused until credit is added." in text
    assert "Emergency calls are never refused and never charged." in text
    assert f"As of: November 22, 2026, 2:31{NB}AM (UTC-05:00)" in text
    assert "Overdraft:" not in text


def test_even_a_fraction_of_a_cent_of_overdraft_is_shown():
    assert "Overdraft: $0.0013" in text_of(zero("0.0013"))


@pytest.mark.parametrize(
    ("state", "next_step"),
    [
        (AutoRecharge.OFF, "Switch auto-recharge on"),
        (AutoRecharge.UNDER_WAY, "Wait for the outcome"),
        (AutoRecharge.DECLINED, "Store another card"),
        (AutoRecharge.PAUSED, "See the other e-mail"),
    ],
)
def test_the_advice_at_zero_depends_on_the_state_of_auto_recharge(state, next_step):
    assert f"- {next_step}" in text_of(zero(auto_recharge=state))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (PauseReason.LARGEST_CHARGE, ("largest charge is too small", "raise the largest charge", "$250.00")),
        (PauseReason.CAP, ("monthly cap of $250.00", "nothing until December 1, 2026", "Raise the monthly cap")),
        (PauseReason.BURST, ("unusually often", "nothing until December 1, 2026", "When you save the settings")),
        (PauseReason.NOT_ELIGIBLE, ("cannot buy credit", "continues by itself", "what resolves it")),
        (PauseReason.TOO_MANY_LOTS, ("as many separate amounts", "continues by itself", "larger recharge amount")),
    ],
)
def test_the_email_about_a_pause_explains_reason_end_and_remedy(reason, words):
    sent = email(paused(reason), AMERICAN, "Contoso")
    for each in words:
        assert each in f"{sent.subject}\n{sent.text}"
    assert "Calls continue while the balance of $3.20 lasts." in sent.text
    assert "No balance is left" in text_of(replace(paused(reason), balance=dollars("-4")))


def test_auto_recharge_that_charges_what_it_may_is_not_paused_yet():
    assert "Paused:" not in text_of(paused(PauseReason.LARGEST_CHARGE))
    assert "Paused: November 22" in text_of(paused(PauseReason.CAP))


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (80, ("80% of the monthly cap is used", "Auto-recharge continues", "$200.00", "$250.00")),
        (90, ("90% of the monthly cap is used", "as much again from December 1, 2026")),
        (100, ("the monthly cap is reached", "nothing more until December 1, 2026", "raise the monthly cap")),
    ],
)
def test_the_email_about_the_monthly_cap_says_how_much_of_it_is_used(level, words):
    sent = email(cap_reached(level), AMERICAN, "Contoso")
    for each in (*words, "Recharged this month: $200.00", "Monthly cap: $250.00"):
        assert each in f"{sent.subject}\n{sent.text}"


# --- stored cards


def test_the_email_about_a_card_that_needs_its_holder_says_what_is_charged_meanwhile():
    alone, meanwhile = text_of(needs_holder()), text_of(needs_holder(next_attempt=AT))
    for text in (alone, meanwhile):
        assert "wants its holder to confirm" in text
        assert "Card: Visa ending in 4242" in text
    assert "it is charged at once" in alone
    assert "your next stored card at once" in meanwhile
    assert "store it once more" in alone


def test_the_email_about_an_expiring_card_names_the_month_as_on_the_card():
    sent = email(expiring(), AMERICAN, "Contoso")
    assert sent.subject == "Communications Credits: Visa ending in 4242 expires at the end of 12/2026"
    assert "Expires: 12/2026" in sent.text


@pytest.mark.parametrize(
    ("why", "words"), [(OffReason.NO_CARD, "no card that it can charge"), (OffReason.REFUND, "A refund was made")]
)
def test_the_email_about_auto_recharge_that_is_off_says_why(why, words):
    assert words in text_of(AutoRechargeOff(AT, why))


# --- where the reader acts


@EVERY_KIND
def test_an_email_names_no_page_or_menu(notice):
    sent = email(notice, AMERICAN, "Contoso")
    said = sent.subject + sent.text
    assert not re.search(r"→| > |your products|billing settings|page|menu|portal|http|click", said, re.IGNORECASE)
    assert "use the software with which your organisation manages its Communications Credits" in said


@EVERY_KIND
def test_an_email_links_to_the_portal_where_there_is_one(notice):
    sent = email(notice, AMERICAN, "Contoso", "https://portal.example/credits?a=1&b=2")
    path = "credits/confirm-card" if isinstance(notice, AuthenticationNeeded) else "credits"
    address = f"https://portal.example/{path}?a=1&b=2"
    assert f"go to {address}\n" in sent.text
    page = Words(sent.html)
    assert [attributes["href"] for tag, attributes in page.tags if tag == "a"] == [address]
    assert address in page.words
    assert "operator of the service" not in sent.text


# --- formats


@pytest.mark.parametrize(
    ("locale", "amount", "time"),
    [
        ("en-US", "$1,050.00", f"November 22, 2026, 8:31{NB}AM (UTC+01:00)"),
        ("en-GB", "US$1,050.00", "22 November 2026, 08:31 (UTC+01:00)"),
        ("fr", f"1{NB}050,00{NB}$US", "22 novembre 2026, 08:31 (UTC+01:00)"),
        ("fr-CA", f"1{NB}050,00{NB}${NB}US", "22 novembre 2026"),
        ("ja", "$1,050.00", "2026年11月22日 8:31 (UTC+01:00)"),
        ("ru-RU", f"1{NB}050,00{NB}$", f"22 ноября 2026{NB}\u0433., 08:31 (UTC+01:00)"),
        *(
            (locale, "$1,050.00", f"November 22, 2026, 8:31{NB}AM (UTC+01:00)")
            for locale in ("de-DE", "ko", "ar-EG", "en-DE", "en_ZA", "klingon", "")
        ),
    ],
)
def test_amounts_and_times_have_the_formats_of_the_language_that_is_written(locale, amount, time):
    notice = RechargeSucceeded(AT, dollars("1050"), dollars("1050"), None)
    sent = email(notice, Readers(locale, "Europe/Berlin", ("a@b.c",)), "Contoso")
    for words in (sent.text, "\n".join(Words(sent.html).words)):
        assert amount in words
        assert time in words


def test_yen_are_shown_without_decimals():
    notice = RechargeSucceeded(AT, Money.parse("7500", "JPY"), Money.parse("8000", "JPY"), None)
    assert "recharged with ¥7,500" in email(notice, AMERICAN, "Contoso").subject
