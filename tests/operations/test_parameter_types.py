"""Values on the command line: any other form is wrong usage, reported with the option's name."""

import pytest

from operations.parameter_types import REASONS
from shared.use_cases.usage.reason import Reason

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"
GRANT = ("account", "grant", ACCOUNT), {"--amount": "5", "--reference": "PO 1", "--kind": "paid"}
OPEN = ("account", "open", ACCOUNT), {"--currency": "USD", "--country": "US"}
IMPORT = ("rates", "import", __file__), {"--valid-from": "2027-01-01T00:00:00Z", "--currency": "USD"}


@pytest.mark.parametrize(
    ("sound", "option", "value", "words"),
    [
        (GRANT, "--amount", "abc", "a decimal with up to six places"),
        (GRANT, "--amount", "1.2345678", "a decimal with up to six places"),
        (GRANT, "--amount", "0", "above zero"),
        (GRANT, "--amount", "-5", "a decimal with up to six places"),
        (GRANT, "--amount", "2000000000", "too large"),
        (GRANT, "--amount", "000000000005", "a decimal with up to six places"),
        (GRANT, "--reference", "", "1 to 200 printable characters"),
        (GRANT, "--reference", "r" * 201, "1 to 200 printable characters"),
        (GRANT, "--reference", "PO\t1", "1 to 200 printable characters"),
        (GRANT, "--expires-at", "2027-01-01", "such as 2027-01-01T00:00:00Z"),
        (OPEN, "--name", "", "a name is 1 to 200 printable characters"),
        (OPEN, "--name", "A\tB", "a name is 1 to 200 printable characters"),
        (OPEN, "--currency", "usd", "three capital letters"),
        (OPEN, "--country", "USA", "two capital letters"),
        (OPEN, "--rate-card", "a card", "up to 64 letters"),
        (IMPORT, "--valid-from", "yesterday", "such as 2027-01-01T00:00:00Z"),
        (IMPORT, "--valid-from", "2027-13-01T00:00:00Z", "month must be in 1..12"),
        (IMPORT, "--currency", "dollars", "three capital letters"),
        (IMPORT, "--card", "../default", "up to 64 letters"),
        ((("export", ACCOUNT), {}), "--from", "today", "such as 2027-01-01T00:00:00Z"),
        ((("export", ACCOUNT), {}), "--to", "2027-01-01T00:00:00", "such as 2027-01-01T00:00:00Z"),
        ((("suspense", "list"), {}), "--account", "somebody", "a GUID"),
        ((("suspense", "list"), {}), "--reason", "norate", "'no_rate'"),
        ((("suspense", "replay", "--all"), {}), "--reason", "norate", "'no_rate'"),
    ],
)
def test_a_value_of_another_form_is_wrong_usage_reported_with_the_options_name(run, sound, option, value, words):
    command, options = sound
    arguments = [f"{name}={text}" for name, text in {**options, option: value}.items()]
    done = run(*command, *arguments, "--json")
    assert (done.code, done.value["error"]) == (2, "wrong_usage")
    assert done.value["detail"].startswith(f"Invalid value for '{option}'")
    assert words in done.value["detail"]


def test_a_time_may_be_written_with_any_offset(run, customer):
    [grant] = customer.items("/movements")
    assert run("export", customer.account, "--from", "2020-01-01 01:00:00+01:00").out.count(grant["id"]) == 1
    assert run("export", customer.account, "--from", "2100-01-01T00:00:00-05:30").out == ""


def test_every_reason_for_suspense_can_be_asked_for():
    assert sorted(REASONS) == sorted(Reason)
