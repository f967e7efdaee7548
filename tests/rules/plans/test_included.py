"""Included destinations: prefixes of the subscriptions in force (R8)."""

import pytest

from shared.plans.included import is_included
from tests.rules.plans.subscribing import subscription

BOTH = (subscription(includes=("4420", "33")), subscription("MCOPSTN2", includes=("49",)), subscription("MCOPSTN5"))


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("442079460123", True),
        ("33612345678", True),
        ("4930123456", True),
        ("4420", True),
        ("442", False),
        ("14420123456", False),  # the prefix is at the beginning only
        ("441632960123", False),
        ("", False),
    ],
)
def test_a_number_that_begins_with_a_prefix_is_included(digits, expected):
    assert is_included(digits, BOTH) is expected


def test_without_subscriptions_nothing_is_included():
    assert not is_included("442079460123", ())
