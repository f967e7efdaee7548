"""How deeply a JSON value is nested. Deep nesting exhausts the stack when the value is read or written."""

NESTING_MAX = 32
"""The most levels of a value that is accepted; a call has two, a switch's call record eight."""


def is_deep(value: object) -> bool:
    """Whether *value* has more than `NESTING_MAX` levels; measured without recursion."""
    level = [value]
    for _ in range(NESTING_MAX):
        inner = [each for each in level if isinstance(each, dict | list)]
        if not inner:
            return False
        level = [child for each in inner for child in (each.values() if isinstance(each, dict) else each)]
    return any(isinstance(each, dict | list) for each in level)
