"""The search for replaced words finds each kind of them, and nothing else."""

import pytest

from tests.proofs.prove.replaced_words import file_names, identifiers, phrases


@pytest.mark.parametrize(
    "text",
    ["The token does not hold.", "a Standing Order", "It can not.", "the body is no JSON", "races told slowly"],
)
def test_a_replaced_phrase_is_found_with_its_line_and_what_to_say_instead(text):
    (found,) = phrases([("docs/page.md", f"First line.\n{text}\n")])
    assert found.startswith("docs/page.md:2: ")
    assert "say" in found


def test_plain_words_are_not_found():
    assert (
        list(phrases([("docs/page.md", "An invalid token. Auto-recharge cannot charge it. Three capital letters.")]))
        == []
    )


def test_a_replaced_identifier_is_found_in_code_and_not_in_its_comments():
    code = "def charge(office):  # the tale of the office\n    return office.clock\n"
    assert list(identifiers([("a.py", code)])) == ["a.py:1: office", "a.py:2: office"]


def test_no_module_has_a_replaced_name():
    assert list(file_names()) == []
