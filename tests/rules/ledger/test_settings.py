"""Settings in journal pages, which do not contain administrators (R27)."""

from dataclasses import replace

import pytest

from shared.ledger.settings import Settings

ANN = {"address": "ann@example.com", "roles": ["billing"], "optOut": False}
BOB = {"address": "bob@example.com", "roles": ["global"], "locale": "de"}
SET = Settings(administrators=(ANN, BOB), administrators_version=3, customer="cus_1", administrators_salt="a salt")


def test_a_page_contains_only_the_number_and_a_digest_of_the_administrators():
    kept = SET.without_addresses()
    ((one,), salt) = kept.administrators, kept.administrators_salt
    assert (one["count"], len(str(one["digest"])), salt) == (2, 64, "")
    assert replace(kept, administrators=SET.administrators, administrators_salt=SET.administrators_salt) == SET


def test_settings_in_a_page_are_read_back_unchanged():
    assert SET.without_addresses().without_addresses() == SET.without_addresses()
    assert Settings().without_addresses() == Settings()


@pytest.mark.parametrize(
    "other",
    [
        replace(SET, administrators=({**ANN, "address": "eve@example.com"}, BOB)),
        replace(SET, administrators=(ANN, {**BOB, "locale": "fr"})),
        replace(SET, administrators=(BOB, ANN)),
        replace(SET, administrators=(ANN,)),
        replace(SET, administrators=()),
        replace(SET, administrators_salt="another salt"),
        replace(SET, administrators_version=4),
        replace(SET, customer="cus_2"),
    ],
)
def test_settings_with_any_difference_do_not_match_the_page(other):
    assert SET.matches_page(SET.without_addresses())
    assert not other.matches_page(SET.without_addresses())


def test_settings_match_an_older_page_that_contains_addresses():
    earlier = replace(SET, administrators_salt="")
    assert earlier.matches_page(earlier)
    assert not replace(earlier, administrators=(BOB,)).matches_page(earlier)


def test_addresses_cannot_be_guessed_from_the_digest_without_the_salt():
    assert SET.without_addresses() != replace(SET, administrators_salt="").without_addresses()


def test_with_only_a_digest_no_administrator_is_known():
    assert SET.known_administrators == SET.administrators
    assert SET.without_addresses().known_administrators == ()
    assert SET.without_addresses().are_administrators_lost
    assert not Settings().are_administrators_lost
