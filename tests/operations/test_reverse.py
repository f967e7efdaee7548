"""`credits reverse`."""

UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def test_a_grant_is_reversed_once_with_its_reason(run, customer):
    [grant] = [each for each in customer.items("/movements") if each["kind"] == "grant"]
    because = ("--because", "the invoice was never paid")
    done = run("reverse", customer.account, grant["id"], *because)
    assert done.code == 0, done.err
    [correction] = [each for each in customer.items("/movements") if each["kind"] == "correction"]
    assert done.out == f"{grant['id']} is reversed by {correction['id']}: -{grant['amount']['amount']} USD\n"
    assert correction["explanation"]["reason"] == "the invoice was never paid"
    again = run("reverse", customer.account, grant["id"], *because)
    assert (again.code, again.err) == (1, "credits: this movement was reversed before\n")


def test_what_cannot_be_reversed_is_refused(run, customer):
    assert run("reverse", UNKNOWN, "000000000001-000", "--because", "x").code == 1
    assert run("reverse", customer.account, "000000000999-000", "--because", "x").code == 1
    assert run("reverse", customer.account, "000000000001-000").code == 2
