"""`credits eligibility` and `credits exempt`."""

from tests.tenant import subscription

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def subscribe(customer, *items):
    """Replace the customer's subscriptions."""
    customer.change("/subscriptions", {"items": list(items)})


def test_an_account_without_subscriptions_may_buy_credit(run, customer):
    done = run("eligibility", customer.account, "--at", "2027-01-01T00:00:00Z")
    assert (done.code, done.out) == (0, f"{customer.account} may buy credit at 2027-01-01T00:00:00Z\n")


def test_each_reason_is_shown_with_what_resolves_it(run, customer):
    subscribe(customer, subscription(channel="csp", includes=["44"]))
    done = run("eligibility", customer.account)
    header, reason, *included, summary = done.out.splitlines()
    assert (done.code, header) == (1, "what\tcode\tdetail\tremedy")
    assert reason.split("\t")[:2] == ["no", "csp_only"]
    assert reason.split("\t")[3] == "buy a telephony subscription directly"
    assert [line.split("\t")[1] for line in included] == ["included_destinations", "pool_minutes"]
    assert summary.startswith(f"{customer.account} may not buy credit at ")
    assert run("eligibility", customer.account, "--json").value["eligible"] is False
    assert run("eligibility", customer.account, "--at", "2025-12-31T23:59:59Z").code == 0


def test_an_exemption_permits_to_buy_credit_for_a_time(run, customer):
    subscribe(customer, subscription(agreement="enterprise", billingCountry="DE"))
    assert run("eligibility", customer.account).code == 1
    exempt = ("exempt", customer.account, "--ticket", "T-1047", "--because", "billed by the parent company")
    bounds = ("--from", "2026-01-01T00:00:00Z", "--until", "2099-01-01T00:00:00Z")
    for _ in range(2):
        done = run(*exempt, *bounds)
        assert done.code == 0, done.err
        assert done.out.startswith("exempt from 2026-01-01T00:00:00Z until 2099-01-01T00:00:00Z (ticket T-1047); ")
        assert "may buy credit" in done.out
    assert run("eligibility", customer.account).code == 0
    assert run("eligibility", customer.account, "--at", "2099-01-01T00:00:00Z").code == 1
    assert run(*exempt, "--from", "2027-01-01T00:00:00Z", "--until", "2026-01-01T00:00:00Z").code == 1


def test_an_unknown_account_and_wrong_usage_are_refused(run):
    done = run("eligibility", UNKNOWN)
    assert (done.code, done.err) == (1, "credits: there is no such account\n")
    assert run("eligibility", UNKNOWN, "--at", "tomorrow").code == 2
    assert run("exempt", UNKNOWN, "--ticket", "T-1", "--because", "x").code == 2
