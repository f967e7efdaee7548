"""Details of invalid fields are words for callers, not those of a library."""

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.service.flaw_details import detail_of


class _Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class _Inner(BaseModel):
    pass


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    place: Annotated[int, Field(ge=1, le=10)] = 1
    size: Annotated[int, Field(gt=0, lt=9)] = 1
    word: Annotated[str, Field(min_length=1, max_length=3)] = "a"
    digits: Annotated[str, Field(pattern="^[0-9]+$")] = "1"
    way: Literal["in", "out", "round"] = "in"
    side: Annotated[_Side, Field(strict=False)] = _Side.LEFT
    words: Annotated[list[str], Field(min_length=1, max_length=2)] = ["a"]
    flag: bool = True
    inner: _Inner = _Inner()


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        ("place", 0, "at least 1"),
        ("place", 11, "at most 10"),
        ("place", "1", "a whole number"),
        ("size", 0, "more than 0"),
        ("size", 9, "less than 9"),
        ("word", "", "text of 1 or more characters"),
        ("word", "abcd", "text of at most 3 characters"),
        ("word", 7, "text is required here, in quotes"),
        ("digits", "x", "text that matches ^[0-9]+$"),
        ("way", "up", "one of 'in', 'out' or 'round'"),
        ("side", "up", "one of 'left' or 'right'"),
        ("words", [], "1 or more items"),
        ("words", ["a"] * 3, "at most 2 items"),
        ("words", "a", "a list is required here"),
        ("flag", "yes", "true or false"),
        ("inner", 7, "an object is required here"),
        ("other", 7, "there is no such field"),
    ],
)
def test_a_detail_says_what_the_field_takes(field: str, value: Any, detail: str):
    with pytest.raises(ValidationError) as raised:
        _Body.model_validate({field: value})
    assert [detail_of(flaw) for flaw in raised.value.errors()] == [detail]
