import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import account_id, digest

GUID = "5f0c1f9e-0000-4000-8000-00000000000a"


def test_an_account_id_is_case_insensitive():
    assert account_id(GUID.upper()) == account_id(GUID) == GUID


@pytest.mark.parametrize(
    "text", ["", "unattributed", GUID[:-1], f"{GUID}0", f"{{{GUID}}}", GUID.replace("-", ""), f"{GUID}\n", f" {GUID}"]
)
def test_only_a_guid_is_an_account_id(text):
    with pytest.raises(ValueError, match="GUID"):
        account_id(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "bc"), ("ab", "c")),
        (("a", ""), ("a",)),
        (("",), ()),
        (("a", "b"), ("b", "a")),
        (("\u00e9",), ("e\u0301",)),  # two spellings are two names
    ],
)
def test_different_names_have_different_digests(one, other):
    assert digest(*one) != digest(*other)


@given(st.lists(st.text(alphabet=st.characters(), max_size=5), max_size=3))
def test_the_digest_of_every_text_is_a_valid_key(parts):
    name = digest(*parts)
    assert len(name) == 64
    assert name.isalnum()
    assert name == digest(*parts)


def test_an_unpaired_surrogate_has_a_digest():
    assert digest("\ud800") != digest("\ud801")
