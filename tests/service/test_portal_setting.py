"""The setting `Portal__address`: an optional web address."""

import pytest

from tests.reading_settings import settings_of


def test_an_absent_or_empty_setting_means_no_portal():
    assert settings_of().portal_address == settings_of(Portal__address=" ").portal_address == ""


@pytest.mark.parametrize("address", ["https://portal.example", "http://127.0.0.1:7071/api/portal?x=1"])
def test_a_web_address_is_accepted(address):
    assert settings_of(Portal__address=address).portal_address == address


@pytest.mark.parametrize(
    "text", ["portal.example", "javascript:alert(1)", "https://", "https://a b", "ftp://a", "https://ä"]
)
def test_any_other_value_is_rejected_with_the_name_of_the_setting(text):
    with pytest.raises(ValueError, match="Portal__address"):
        settings_of(Portal__address=text)
