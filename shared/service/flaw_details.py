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
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "literal_error": "one of {expected}",
    "enum": "one of {expected}",
}
"""By pydantic's name of the rule. The words in braces are the rule's own values."""

_NOT_EMPTY = "text that is not empty"


def detail_of(flaw: ErrorDetails) -> str:
    """The detail of one of pydantic's errors. Never repeats what was sent."""
    rule, values = flaw["type"], flaw.get("ctx", {})
    if rule == "string_too_short" and values["min_length"] == 1:
        return _NOT_EMPTY
    if "expected" in values:
        values = {"expected": values["expected"].replace(" or ", ", ")}
    detail = _DETAILS.get(rule)
    return flaw["msg"].removeprefix("Value error, ") if detail is None else detail.format(**values)
