"""Names of examples in parametrised tests by which pytest finds them again."""


def example_id(value: object) -> str:
    """The value as Python writes it, without backslashes: pytest finds no test by a name that holds one twice."""
    return ascii(value).replace("\\", "/")
