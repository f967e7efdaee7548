"""Settings as a page may keep them: who the administrators are stands in no page (R27)."""

from dataclasses import replace

import pytest

from shared.ledger.settings import Settings

ANN = {"address": "ann@example.com", "roles": ["billing"], "optOut": False}
BOB = {"address": "bob@example.com", "roles": ["global"], "locale": "de"}
SET = Settings(administrators=(ANN, BOB), administrators_version=3, customer="cus_1", administrators_salt="a salt")


def test_of_the_administrators_a_page_keeps_their_number_and_a_digest():
    kept = SET.without_addresses()
    ((one,), salt) = kept.administrators, kept.administrators_salt
    assert (one["count"], len(str(one["digest"])), salt) == (2, 64, "")
    assert replace(kept, administrators=SET.administrators, administrators_salt=SET.administrators_salt) == SET


def test_what_a_page_keeps_is_kept_as_it_is():
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
def test_settings_that_differ_in_anything_are_not_those_of_the_page(other):
    assert SET.matches_page(SET.without_addresses())
    assert not other.matches_page(SET.without_addresses())


def test_settings_are_those_of_a_page_that_kept_the_addresses():
    earlier = replace(SET, administrators_salt="")
    assert earlier.matches_page(earlier)
    assert not replace(earlier, administrators=(BOB,)).matches_page(earlier)


def test_without_the_salt_nobody_can_test_a_guess():
    assert SET.without_addresses() != replace(SET, administrators_salt="").without_addresses()


def test_of_a_digest_alone_nobody_is_known():
    assert SET.known_administrators == SET.administrators
    assert SET.without_addresses().known_administrators == ()
    assert SET.without_addresses().are_administrators_lost
    assert not Settings().are_administrators_lost
