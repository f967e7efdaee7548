"""The e-mail about a month that is over, with the head of its chain: once, of the right month, to readers (R25)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.interface.verify_statement import WrongError, verify
from shared.kernel.ids import AccountId
from shared.notices.statements import SPREAD, told_from
from shared.rating.card_csv import CardProblems, read_rates
from shared.use_cases.accounts.rebuild_account import rebuild_account
from shared.use_cases.reports.monthly_statement import read_statement
from tests.alerts import told
from tests.fakes.world import CARD, START, request
from tests.statement_proof.half_a_year import proof_of
from tests.tenant import BOSTON, OTHER, Tenant, call, report
from tests.use_cases.closing import close, emptied
from tests.use_cases.test_reverse_movement import reverse

ANN = {"address": "ann@example.com", "roles": ["billing"]}
APRIL, MAY = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
async def tenant(tenant):
    await tenant.set_administrators(ANN)
    await tenant.grant("40")
    return tenant


async def until(world, instant):
    """Move the clock to *instant*, half a day at a time, and do what is due."""
    while world.clock.time < instant:
        world.clock.time = min(instant, world.clock.time + timedelta(hours=12))
        await world.tick()


async def statement(world, tenant, month):
    reply = await read_statement(world.services, request(tenant.account, month=month))
    return reply.value


def emails(world):
    return [email for email in world.mail.emails if "statement of" in email.subject]


def said(email, label):
    """What stands on the line after *label*."""
    lines = email.text.splitlines()
    return lines[lines.index(label) + 1]


async def booked(world, name, seconds=60, **fields):
    """A call that ends now."""
    started = (world.clock.time - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")
    await report(world, call(name, seconds, startedAt=started, **fields))
    await world.drain()


async def test_the_email_carries_the_chain_of_the_closed_month_as_the_statement_has_it(world, tenant):
    await until(world, APRIL + SPREAD)
    [email] = emails(world)
    stated = await statement(world, tenant, "2026-03")
    assert said(email, "Chain") == stated["chain"]
    assert said(email, "Command") == f"python3 verify_statement.py statement-2026-03.proof {stated['chain']}"
    assert email.subject.partition(": ")[2] == "statement of March 2026, please keep this e-mail"
    assert f"Journal up to number: {stated['pages']['last']}" in email.text
    assert "Closing balance: $40.00" in email.text
    assert await world.audit() == []


async def test_it_is_sent_within_hours_and_not_before_the_month_is_over(world, tenant):
    at = told_from(AccountId(tenant.account), START)
    assert APRIL <= at < APRIL + SPREAD
    await until(world, at - timedelta(seconds=1))
    assert emails(world) == []
    await until(world, at)
    assert len(emails(world)) == 1


async def test_the_chain_is_that_of_the_closed_month_although_a_call_is_first_in_the_new_one(world, tenant):
    await until(world, APRIL - timedelta(hours=1))
    last = (await world.services.book(AccountId(tenant.account))).position
    world.clock.time = APRIL
    await booked(world, "first")
    [email] = emails(world)
    assert (said(email, "Chain"), f"number: {last.sequence}\n" in email.text) == (last.chain, True)
    assert last.chain == (await statement(world, tenant, "2026-03"))["chain"]
    await booked(world, "second")
    await until(world, APRIL + timedelta(days=20))
    assert len(emails(world)) == 1
    await until(world, MAY + SPREAD)
    assert [said(each, "Chain") for each in emails(world)[1:]] == [(await statement(world, tenant, "2026-04"))["chain"]]


@pytest.mark.usefixtures("tenant")
async def test_several_calls_in_the_first_commit_of_a_month_are_one_email(world):
    await until(world, APRIL - timedelta(hours=1))
    world.clock.time = APRIL
    await report(world, *(call(f"c{number}", startedAt="2026-03-31T23:00:00Z") for number in range(5)))
    await world.drain()
    assert len(emails(world)) == 1


async def test_the_last_instant_of_a_month_belongs_to_it(world, tenant):
    await until(world, APRIL - timedelta(microseconds=1))
    await booked(world, "at the last moment")
    assert emails(world) == []
    world.clock.time = APRIL
    await booked(world, "at the first moment")
    [email] = emails(world)
    assert said(email, "Chain") == (await statement(world, tenant, "2026-03"))["chain"]


async def test_a_month_in_which_nothing_was_booked_is_not_told(world, tenant):
    await until(world, APRIL + timedelta(days=10))
    await tenant.set_administrators({**ANN, "locale": "en-GB"})  # a commit that books nothing
    await until(world, MAY + timedelta(days=70))
    assert [email.subject for email in emails(world) if "March" not in email.subject] == []
    await booked(world, "again")
    await until(world, MAY + timedelta(days=100))
    assert ["July" in email.subject for email in emails(world)] == [False, True]


async def test_an_account_in_which_nothing_was_booked_is_not_woken(world):
    tenant = Tenant(world, OTHER)
    await tenant.open()
    await tenant.set_administrators(ANN)
    assert not any(world.alarms.partitions.values())
    await tenant.grant("1")
    assert any(world.alarms.partitions.values())


async def test_an_administrator_can_opt_out_and_others_still_get_it(world, tenant):
    ben = {"address": "ben@example.com", "roles": ["teams"], "locale": "fr"}
    await tenant.set_administrators({**ANN, "optOutOf": ["statement"]}, ben)
    await until(world, APRIL + SPREAD)
    [email] = [each for each in world.mail.emails if each.to == ("ben@example.com",)]
    assert "relevé" in email.subject
    assert emails(world) == []


async def test_everybody_may_opt_out_because_nothing_has_to_be_done(world, tenant):
    await tenant.set_administrators({**ANN, "optOutOf": ["statement"]})
    await until(world, APRIL + SPREAD)
    assert emails(world) == []


async def test_each_language_carries_the_same_chain(world, tenant):
    people = [{**ANN, "address": f"{tag}@example.com", "locale": tag} for tag in ("en", "fr", "ja", "ru")]
    await tenant.set_administrators(*people)
    await until(world, APRIL + SPREAD)
    chain = (await statement(world, tenant, "2026-03"))["chain"]
    sent = [email for email in world.mail.emails if chain in email.text.splitlines()]
    assert sorted(address for email in sent for address in email.to) == [person["address"] for person in people]
    notices = [each for each in await told(tenant, limit="1000") if each["kind"] == "statement"]
    assert sorted(each["language"] for each in notices) == ["en", "fr", "ja", "ru"]


async def test_what_is_corrected_later_changes_nothing_of_the_month_that_was_told(world, tenant):
    await booked(world, "wrong", 600)
    await until(world, APRIL + SPREAD)
    [before] = emails(world)
    [debit] = await tenant.movements(kind="debit")
    await reverse(tenant, debit)
    await until(world, MAY + SPREAD)
    march, april = emails(world)
    assert (march, said(march, "Chain")) == (before, (await statement(world, tenant, "2026-03"))["chain"])
    assert said(april, "Chain") == (await statement(world, tenant, "2026-04"))["chain"] != said(march, "Chain")


async def test_a_rebuilt_account_tells_the_month_all_the_same(world, tenant):
    del world.ledger.partitions[tenant.account]["a:head"]
    await rebuild_account(world.services, AccountId(tenant.account))
    assert await world.audit() == []
    await until(world, APRIL + SPREAD)
    assert len(emails(world)) == 1


async def test_an_overdraft_is_told_apart_from_the_closing_balance(world, tenant):
    await booked(world, "long", 3_600 * 3, called=BOSTON)
    await until(world, APRIL + SPREAD)
    [email] = emails(world)
    stated = await statement(world, tenant, "2026-03")
    assert float(stated["closing"]["amount"]) == -float(stated["overdraft"]["amount"]) < 0
    assert "Closing balance: $0.00" in email.text
    assert f"Overdraft: ${float(stated['overdraft']['amount']):.2f}" in email.text


# --- closed accounts


@pytest.fixture
async def empty(world):
    """An account whose credit has lapsed."""
    tenant = Tenant(world, OTHER)
    await tenant.open()
    await emptied(tenant)
    world.mail.sent.clear()
    return tenant


async def test_closing_an_account_tells_its_last_month_to_those_who_were_its_administrators(world, empty):
    before = (await world.services.book(AccountId(OTHER))).position
    await close(empty)
    await world.drain()
    [email] = world.mail.emails
    assert (email.to, said(email, "Chain")) == (("ann@example.com",), before.chain)
    assert "the account is closed, last statement, March 2026" in email.subject
    await until(world, MAY + SPREAD)
    assert len(world.mail.emails) == 1
    assert not any(world.alarms.partitions.values())
    assert await world.audit() == []


async def test_the_addresses_for_the_last_statement_are_in_no_row_once_it_is_sent(world, empty):
    await close(empty)
    rows = world.ledger.partitions[OTHER]
    assert "ann@example.com" not in json.dumps([dict(row.values) for row in rows.values()])
    assert [queue for queue, text in world.queues.waiting if "ann@example.com" in text] == ["notices"]
    await world.drain()
    assert len(world.mail.emails) == 1


async def test_the_last_statement_is_sent_once_though_a_closed_account_takes_no_marker(world, empty):
    await close(empty)
    [(queue, text)] = [each for each in world.queues.waiting if each[0] == "notices"]
    world.queues.waiting.append((queue, text))
    await world.drain()
    assert len(world.mail.emails) == 1


async def test_those_who_opted_out_do_not_get_the_last_statement(world, empty):
    await empty.set_administrators({**ANN, "optOutOf": ["statement"]})
    await close(empty)
    await world.drain()
    assert world.mail.emails == []


async def test_a_reopened_account_begins_anew_and_its_proof_holds_the_hash_that_was_told(world, empty):
    await close(empty)
    await world.drain()
    [last] = world.mail.emails
    await empty.open()
    await empty.set_administrators(ANN)
    await empty.grant("5", "PO-2")
    lines = await proof_of(empty, "2026-03")
    assert verify(lines, said(last, "Chain"))
    await until(world, APRIL + SPREAD)
    assert len(emails(world)) == 1


async def test_an_account_that_was_opened_by_mistake_has_the_currency_in_which_it_was_opened_again(world):
    account = Tenant(world, OTHER)
    await account.open()
    await close(account)
    rates = read_rates(CARD)
    assert not isinstance(rates, CardProblems)
    await world.rates.publish(rates.as_card("euros", "EUR", START - timedelta(days=1)))
    await account.open(currency="EUR", rateCard="euros", country="FR")
    lines = await proof_of(account, "2026-03")
    assert verify(lines)
    with pytest.raises(WrongError, match="currency"):
        verify([lines[0].replace('"EUR"', '"USD"'), *lines[1:]])
