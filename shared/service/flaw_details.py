"""What is wrong with a field, in the terms of the caller: what it takes, not what a library calls its types."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

_DETAILS: Mapping[str, str] = {
    "model_type": "an object is required here",
    "model_attributes_type": "an object is required here",
    "dict_type": "an object is required here",
    "list_type": "a list is required here",
    "string_type": "text is required here, in quotes",
    "string_unicode": "text without half of a surrogate pair",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "missing": "this field is required",
    "extra_forbidden": "there is no such field",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "string_too_short": "text of {min_length} or more characters",
    "string_too_long": "text of at most {max_length} characters",
    "string_pattern_mismatch": "text that matches {pattern}",
    "too_short": "{min_length} or more items",
    "too_long": "at most {max_length} items",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
}
"""By pydantic's name of the rule. The words in braces are the rule's own values."""


def detail_of(flaw: ErrorDetails) -> str:
    """The detail of one of pydantic's errors. Never repeats what was sent."""
    detail = _DETAILS.get(flaw["type"])
    return flaw["msg"].removeprefix("Value error, ") if detail is None else detail.format(**flaw.get("ctx", {}))
