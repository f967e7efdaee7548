"""Records from plain data and back, by the types of their fields."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from shared.kernel.money import Money
from shared.kernel.plain_data import camel_case, plain, record_from


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    last_four: str


@dataclass(frozen=True)
class Record:
    at: datetime
    amount: Money
    colour: Colour
    inner: Inner | None
    some_texts: tuple[str, ...]
    is_new: bool = False


WHOLE = Record(datetime(2026, 11, 22, tzinfo=UTC), Money(-1, "USD"), Colour.RED, Inner("4242"), ("a",), is_new=True)
DATA = {
    "at": "2026-11-22T00:00:00Z",
    "amount": {"amount": "-0.000001", "currency": "USD"},
    "colour": "red",
    "inner": {"lastFour": "4242"},
    "someTexts": ["a"],
    "isNew": True,
}


def test_a_record_becomes_plain_data_and_comes_back():
    assert plain(WHOLE) == DATA
    assert record_from(Record, DATA) == WHOLE


def test_a_field_that_is_unknown_is_ignored_and_one_with_a_default_may_be_missing():
    data = {name: value for name, value in DATA.items() if name != "isNew"}
    assert record_from(Record, {**data, "later": 1}).is_new is False


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"at": "yesterday"}, "at"),
        ({"at": None}, "at"),
        ({"amount": "1"}, "amount"),
        ({"amount": {"amount": 1, "currency": "USD"}}, "amount"),
        ({"colour": "blue"}, "colour"),
        ({"inner": {}}, "inner"),
        ({"someTexts": "a"}, "someTexts"),
        ({"someTexts": [1]}, "someTexts"),
        ({"isNew": 1}, "isNew"),
    ],
)
def test_a_field_of_another_type_is_named(changed, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        record_from(Record, {**DATA, **changed})


def test_a_missing_field_is_named():
    with pytest.raises(ValueError, match="inner is missing"):
        record_from(Record, {name: value for name, value in DATA.items() if name != "inner"})


def test_names_in_json_are_in_camel_case():
    assert camel_case("next_attempt_at") == "nextAttemptAt"
