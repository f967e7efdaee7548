"""The setting `Portal__address`: optional, and a web address where it is set."""

import pytest

from tests.reading_settings import settings_of


def test_absent_or_empty_there_is_no_portal():
    assert settings_of().portal_address == settings_of(Portal__address=" ").portal_address == ""


@pytest.mark.parametrize("address", ["https://portal.example", "http://127.0.0.1:7071/api/portal?x=1"])
def test_a_web_address_is_the_portal(address):
    assert settings_of(Portal__address=address).portal_address == address


@pytest.mark.parametrize(
    "text", ["portal.example", "javascript:alert(1)", "https://", "https://a b", "ftp://a", "https://ä"]
)
def test_anything_else_is_refused_by_its_name(text):
    with pytest.raises(ValueError, match="Portal__address"):
        settings_of(Portal__address=text)
