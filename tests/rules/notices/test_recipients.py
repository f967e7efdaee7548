"""Which administrators share an e-mail: by language, formats, time zone and number (R18)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notices.administrators import Administrator
from shared.notices.recipients import READERS_MAX, readers_of
from shared.notices.roles import Role


def someone(number, locale=None, time_zone=None, *, opt_out=False):
    return Administrator(f"a{number:03d}@contoso.com", (Role.BILLING,), locale, time_zone, opt_out=opt_out)


def test_recipients_with_the_same_language_formats_and_time_zone_share_an_email():
    administrators = [
        someone(1, "en-GB", "Asia/Tokyo"),
        someone(2),
        someone(3, "en_GB", "Asia/Tokyo"),
        someone(4, "en-GB"),
        someone(5, "en"),
    ]
    groups = readers_of(administrators, locale="en", time_zone="Europe/Berlin")
    assert [(each.locale, each.time_zone, len(each.addresses)) for each in groups] == [
        ("en", "Europe/Berlin", 2),
        ("en-GB", "Asia/Tokyo", 2),
        ("en-GB", "Europe/Berlin", 1),
    ]


def test_the_home_region_of_a_language_is_written_like_the_language():
    locales = ("ja", "ja-JP", "ja_JP", "fr", "fr-FR", "ru-RU", "ru", "en-US", "de-DE", None, "fr-CA", "en-GB")
    administrators = [someone(number, locale) for number, locale in enumerate(locales)]
    assert [
        (each.locale, len(each.addresses)) for each in readers_of(administrators, locale="en", time_zone="UTC")
    ] == [("en", 3), ("en-GB", 1), ("fr", 2), ("fr-CA", 1), ("ja", 3), ("ru", 2)]


def test_recipients_with_languages_without_a_catalogue_share_the_english_email():
    administrators = [someone(number, locale) for number, locale in enumerate(("de-DE", "it", None, "ko", "en-DE"))]
    assert [
        (each.locale, len(each.addresses)) for each in readers_of(administrators, locale="en", time_zone="UTC")
    ] == [("en", 5)]


@pytest.mark.parametrize(
    ("number", "sizes"),
    [(1, [1]), (READERS_MAX, [READERS_MAX]), (READERS_MAX + 1, [READERS_MAX, 1]), (100, [READERS_MAX, READERS_MAX, 2])],
)
def test_the_number_of_recipients_of_an_email_is_limited(number, sizes):
    groups = readers_of([someone(each) for each in range(number)], locale="en", time_zone="UTC")
    assert [len(each.addresses) for each in groups] == sizes


def test_if_no_recipient_is_left_all_administrators_are_notified():
    administrators = [someone(1, opt_out=True), someone(2, opt_out=True)]
    assert [len(each.addresses) for each in readers_of(administrators, locale="en", time_zone="UTC")] == [2]


def test_without_administrators_there_are_no_recipients():
    assert readers_of([], locale="en", time_zone="UTC") == ()


@given(st.lists(st.sampled_from([None, "en-GB", "en-IN"]), max_size=120), st.randoms())
def test_everyone_is_notified_once_in_any_order_of_the_list(locales, random):
    administrators = [someone(number, locale) for number, locale in enumerate(locales)]
    groups = readers_of(administrators, locale="en", time_zone="UTC")
    assert sorted(address for each in groups for address in each.addresses) == [each.address for each in administrators]
    assert len({each.identity for each in groups}) == len(groups)
    random.shuffle(administrators)
    assert readers_of(administrators, locale="en", time_zone="UTC") == groups
