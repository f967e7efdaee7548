"""The operator's command line, on a running machine's storage."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest
from azure.data.tables import TableServiceClient

from local.commands.sample_card import SAMPLE
from shared.posting.journal.keys import UNATTRIBUTED
from tests.proofs.prove.corruption.rows import LEDGER, partition
from tests.proofs.prove.http_client import HttpClient

NOBODY = "00000000-0000-4000-8000-00000000dead"
STRANGER = "00000000-0000-4000-8000-00000000beef"
UNRATED = "+99912345678"


def rows_of(machine, account):
    with TableServiceClient.from_connection_string(machine.storage) as service:
        return {row["RowKey"]: row for row in partition(service, account, "", "~")}


def lose_all_but_pages(machine, account):
    with TableServiceClient.from_connection_string(machine.storage) as service:
        for key in rows_of(machine, account):
            if not key.startswith("j:"):
                service.get_table_client(LEDGER).delete_entity(account, key)


def test_an_account_is_shown_as_it_stands(run, customer):
    customer.report(customer.call("call-1", minutes=5))
    done = run("account", "show", customer.account, "--json").value
    assert done["balance"] == {"amount": "9.940000", "currency": "USD"}
    assert [lot["source"] for lot in done["lots"]] == ["grant"]
    assert (done["autoRecharge"]["slot"], done["paymentMethods"]) == ("idle", [])
    for_people = run("account", "show", customer.account)
    assert "balance\t9.940000\tUSD" in for_people.out.splitlines()


def test_the_same_grant_again_is_the_same_lot(run, customer):
    grant = ("account", "grant", customer.account, "--amount", "5", "--reference", "PO 7", "--kind", "paid", "--json")
    first, again = run(*grant).value, run(*grant).value
    assert first["id"] == again["id"]
    assert customer.balance == Decimal(15)


def test_a_reference_stands_for_one_grant(run, customer):
    def granted(amount, reference, *more):
        return run(
            *("account", "grant", customer.account, "--amount", amount, "--reference", reference),
            *("--kind", "paid", "--json", *more),
        )

    assert granted("5", "PO 7").code == 0
    done = granted("6", "PO 7")
    assert (done.code, done.value["error"]) == (1, "idempotency_conflict")
    assert done.value["detail"].startswith("reference PO 7 was granted before, with another amount, kind or expiry;")
    with HttpClient(customer.machine) as portal:
        portal.grant(customer.account, Decimal(3), reference="PO 8")
    done = granted("3", "PO 8")
    assert done.value["detail"].startswith("reference PO 8 was granted before, though not by this command;")
    assert customer.balance == Decimal(18)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2020-01-01T00:00:00Z", "there can be no such grant\n  --expires-at: --expires-at is in the past"),
        ("9999-12-31T23:59:59.5Z", "there can be no such grant\n  --expires-at: at the latest 9999-12-31T23:59:59Z"),
    ],
)
def test_a_grant_whose_end_can_not_be_is_refused_in_the_options_words(run, customer, time, words):
    grant = ("account", "grant", customer.account, "--amount", "5", "--reference", "PO 9", "--kind", "paid")
    done = run(*grant, "--expires-at", time)
    assert (done.code, done.err) == (1, f"credits: {words}\n")


def test_an_account_is_opened_once_and_opening_it_again_says_so(run, customer):
    opened = ("account", "open", customer.account, "--currency", "USD", "--json", "--country")
    done = run(*opened, "US")
    assert (done.code, done.value["account"]) == (0, customer.account)
    done = run(*opened, "CA")
    assert (done.code, done.value["error"]) == (1, "already_exists")


def test_an_account_is_closed_when_nothing_is_left_in_it_and_opened_anew(run, customer):
    done = run("account", "close", customer.account, "--json")
    assert (done.code, done.value["error"]) == (1, "not_empty")  # ten dollars are
    empty = str(uuid4())
    opened = ("account", "open", empty, "--currency", "USD", "--country", "US")
    assert run(*opened).code == 0
    assert [run("account", "close", empty).code for _ in range(2)] == [0, 0]
    assert run("account", "show", empty, "--json").value["error"] == "not_found"
    assert run("audit", empty).code == 0
    assert run(*opened).code == 0
    assert run("account", "show", empty).code == 0


@pytest.mark.parametrize(("option", "value"), [("--currency", "QQQ"), ("--country", "ZZ"), ("--rate-card", "nobody-s")])
def test_an_account_that_could_do_nothing_is_not_opened(run, option, value):
    options = {"--currency": "USD", "--country": "US", option: value}
    done = run("account", "open", str(uuid4()), *(part for pair in options.items() for part in pair), "--json")
    assert (done.code, done.value["error"]) == (1, "invalid_request")


def test_sound_books_are_found_sound(run, customer):
    customer.report(customer.call("call-1"))
    done = run("audit", customer.account, "--json")
    assert (done.code, done.value) == (0, {"accounts": 1, "findings": []})


def test_what_the_audit_finds_is_an_exit_code_and_named(run, machine, customer):
    with TableServiceClient.from_connection_string(machine.storage) as service:
        [head] = partition(service, customer.account, "a:head", "a:head~")
        service.get_table_client(LEDGER).delete_entity(customer.account, head["RowKey"])
    try:
        done = run("audit", customer.account, "--json")
        assert done.code == 1
        assert [finding["words"] for finding in done.value["findings"]] == ["the head is lost"]
        every = run("audit", "--json")
        assert every.code == 1
        assert customer.account in {finding["account"] for finding in every.value["findings"]}
        assert every.value["accounts"] > 1
    finally:
        assert run("rebuild", customer.account).code == 0


def test_an_account_is_rebuilt_from_its_pages_row_by_row(run, machine, customer):
    customer.report(customer.call("call-1"), customer.call("call-2"))
    assert len(customer.items("/calls")) == 2  # their records no longer wait: pages cannot restore whole numbers
    before = rows_of(machine, customer.account)
    lose_all_but_pages(machine, customer.account)
    done = run("rebuild", customer.account, "--json")
    assert done.value["rows"] == sum(not key.startswith("j:") for key in before)
    assert rows_of(machine, customer.account) == before
    assert run("audit", customer.account).code == 0


def test_a_rebuild_without_the_settings_asks_for_the_administrators(run, machine, customer):
    people = [{"address": "ann@example.com", "roles": ["Billing Administrator"]}]
    customer.change("/administrators", people)
    lose_all_but_pages(machine, customer.account)
    done = run("rebuild", customer.account)
    assert done.code == 0
    assert "have the administrators entered again" in done.out
    assert run("audit", customer.account).code == 1
    customer.change("/administrators", people)
    assert run("audit", customer.account).code == 0


def test_the_books_of_unknown_accounts_are_rebuilt_under_their_own_name(run, machine, customer):
    stray = customer.call("stray")
    customer.report({**stray, "data": {**stray["data"], "account": STRANGER}})
    before = rows_of(machine, UNATTRIBUTED)
    lose_all_but_pages(machine, UNATTRIBUTED)
    done = run("rebuild", UNATTRIBUTED, "--json")
    assert done.value["rows"] > 0
    assert rows_of(machine, UNATTRIBUTED) == before
    assert run("audit", UNATTRIBUTED).code == 0


def test_an_account_in_use_is_not_rebuilt(run, machine, customer):
    before = rows_of(machine, customer.account)
    done = run("rebuild", customer.account)
    assert (done.code, "is in use" in done.err) == (1, True)
    assert rows_of(machine, customer.account) == before


def test_pages_that_do_not_hold_together_are_not_rebuilt(run, machine, customer):
    rows = rows_of(machine, customer.account)
    lose_all_but_pages(machine, customer.account)
    with TableServiceClient.from_connection_string(machine.storage) as service:
        table = service.get_table_client(LEDGER)
        table.delete_entity(customer.account, "j:000000000001")
        done = run("rebuild", customer.account, "--json")
        assert (done.code, done.value["rows"]) == (1, 0)
        assert done.value["findings"]
        for row in rows.values():
            table.upsert_entity(row)
    assert run("audit", customer.account).code == 0


def test_an_account_without_a_page_is_not_rebuilt_and_not_called_unknown(run, machine, customer):
    rows = rows_of(machine, customer.account)
    with TableServiceClient.from_connection_string(machine.storage) as service:
        table = service.get_table_client(LEDGER)
        for key in rows:
            if key.startswith("j:"):
                table.delete_entity(customer.account, key)
        done = run("rebuild", customer.account)
        assert (done.code, done.out.splitlines()[-1]) == (1, "it has no pages; nothing was written")
        for row in rows.values():
            table.upsert_entity(row)
    assert run("audit", customer.account).code == 0


def test_what_waits_in_suspense_is_listed_without_its_numbers_and_shown_with_them(run, customer):
    customer.report(customer.call("call-1", called=UNRATED))
    listed = run("suspense", "list", "--account", customer.account, "--json")
    [item] = listed.value
    assert (item["reason"], "message" in item, UNRATED in listed.out) == ("no_rate", False, False)
    shown = run("suspense", "show", item["id"], "--json").value
    assert json.loads(shown["message"])["data"]["called"] == UNRATED
    assert UNRATED in run("suspense", "show", item["id"]).out
    assert run("suspense", "list", "--account", customer.account, "--reason", "conflict", "--json").value == []


def test_a_replay_that_helps_books_and_one_that_does_not_says_why(run, customer):
    customer.report(customer.call("call-1", called=UNRATED))
    all_of_it = ("suspense", "replay", "--all", "--account", customer.account, "--json")
    done = run(*all_of_it)
    assert (done.code, [item["reason"] for item in done.value]) == (1, ["no_rate"])
    assert customer.balance == Decimal(10)


def test_an_accepted_conflict_is_one_correction(run, customer):
    customer.report(customer.call("call-1", minutes=1))
    customer.report(customer.call("call-1", minutes=3))
    [item] = run("suspense", "list", "--account", customer.account, "--json").value
    for _ in range(2):
        assert run("suspense", "accept", item["id"], "--json").value["state"] == "accepted"
    assert customer.balance == Decimal("9.964")
    assert [kind for kind, _ in customer.movements] == ["grant", "debit", "correction"]
    assert run("suspense", "list", "--state", "accepted", "--account", customer.account, "--json").value


def test_an_item_that_will_never_be_booked_is_set_aside(run, customer):
    customer.report(customer.call("call-1", called=UNRATED))
    [item] = run("suspense", "list", "--account", customer.account, "--json").value
    done = run("suspense", "dismiss", item["id"], "--because", "a test of the sender's", "--json").value
    assert (done["state"], "a test of the sender's" in done["detail"]) == ("dismissed", True)
    assert run("suspense", "list", "--account", customer.account, "--json").value == []


def test_a_card_is_tried_before_it_is_published_and_its_flaws_are_named_by_line(run, tmp_path):
    version = ("--card", f"card-{uuid4().hex[:6]}", "--valid-from", "2027-01-01T00:00:00Z", "--currency", "USD")
    tried = run("rates", "import", str(SAMPLE), *version, "--dry-run", "--json").value
    assert (tried["dryRun"], tried["card"] in run("rates", "list").out) == (True, False)
    assert "432 added, 0 removed, 0 dearer, 0 cheaper" in run("rates", "import", str(SAMPLE), *version, "--dry-run").out
    broken = tmp_path / "card.csv"
    broken.write_text("\n".join([*SAMPLE.read_text().splitlines()[:3], "France,landline,FR,33,free"]))
    done = run("rates", "import", str(broken), *version)
    assert (done.code, "\n  line 4, perMinute: " in done.err) == (1, True)
    assert run("rates", "import", str(SAMPLE), *version).code == 0
    assert tried["card"] in run("rates", "list").out


def test_messages_go_from_a_poison_queue_back_to_their_queue(run, customer):
    poison = customer.queue._service.get_queue_client("wakeups-poison")
    poison.send_message(json.dumps({"account": customer.account, "alarm": "2020-01-01T00:00:00Z"}))
    listed = run("queues", "list", "--json")
    assert listed.code == 1
    assert next(each for each in listed.value if each["queue"] == "wakeups-poison")["messages"] == 1
    assert run("queues", "return", "wakeups", "--json").value == {"queue": "wakeups", "returned": 1}
    customer.queue.settle()
    assert run("queues", "list").code == 0


def test_books_and_payments_that_agree_are_no_difference(run):
    done = run("reconcile", "--json")
    assert (done.code, done.value) == (0, {"days": 3, "differences": []})


def test_an_unknown_account_is_refused(run):
    by_account = (("account", "show"), ("recharge", "unblock"), ("recharge", "stop"))
    for command in (("audit",), ("export",), ("rebuild",), *by_account):
        done = run(*command, NOBODY)
        assert (done.code, done.out) == (1, ""), command
        assert done.err == "credits: there is no such account\n"
