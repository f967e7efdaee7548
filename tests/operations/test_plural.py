import pytest

from operations.plural import count_of


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 accounts"), (1, "1 account"), (2, "2 accounts"), (1000, "1,000 accounts")]
)
def test_a_number_has_its_noun(number, text):
    assert count_of(number, "account") == text


@pytest.mark.parametrize(("number", "text"), [(1, "1 expiry"), (3, "3 expiries")])
def test_a_noun_may_have_a_plural_of_its_own(number, text):
    assert count_of(number, "expiry", "expiries") == text
