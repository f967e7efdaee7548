"""Ids for parametrised tests by which pytest can select them."""


def example_id(value: object) -> str:
    """The value's ASCII repr without backslashes, because pytest cannot select a test whose id has two of them."""
    return ascii(value).replace("\\", "/")
