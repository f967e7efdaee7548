"""The texts that can be shown to people."""

import pytest

from shared.kernel.printable import is_printable


@pytest.mark.parametrize(
    "text",
    ["", "Contoso Ltd", "株式会社\u3000テスト", "Société\u00a0Générale", "12\u202f000\u2009€", "ünï", "\U0001f692"],
)
def test_letters_and_blanks_of_every_script_are_printable(text):
    assert is_printable(text)


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "\r",
        "\t",
        "\0",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\u202eright to left",
        "\u200b",
        "\ud800",
        "\ue000",
    ],
)
def test_line_breaks_and_invisible_characters_are_not_printable(text):
    assert not is_printable(f"Contoso {text}")
