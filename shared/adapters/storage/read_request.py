"""The addresses of rows and key ranges, equal to those of azure-data-tables.

Tests compare the requests with those of azure-data-tables (tests/adapters/test_read_request.py, `./dev prove wire`).
The format is "Querying tables and entities" of the Table service's REST API: a quote in a key is doubled, and
everything special is percent-encoded.
"""

from urllib.parse import quote

from shared.adapters.storage.batch_request import NotEncodedError, Target, quoted
from shared.adapters.storage.pages import KeyRange, Rest


def row_address(target: Target, partition: str, key: str) -> str:
    """The address of one row. Raises `NotEncodedError`."""
    return f"{target.table}(PartitionKey='{quoted(partition)}',RowKey='{quoted(key)}')"


def range_address(target: Target, wanted: KeyRange, rest: Rest | None) -> str:
    """The address of the response that begins at *rest*, or of the first one. Raises `NotEncodedError`.

    A key cannot end its text or add a condition, because the quotes in it are doubled and escaped.
    """
    if wanted.rows_max is not None and (type(wanted.rows_max) is not int or wanted.rows_max < 0):
        raise NotEncodedError
    top = "" if wanted.rows_max is None else f"$top={wanted.rows_max}&"
    keys = (
        f"$filter=PartitionKey%20eq%20%27{quoted(wanted.partition)}%27"
        f"%20and%20RowKey%20ge%20%27{quoted(wanted.first)}%27%20and%20RowKey%20lt%20%27{quoted(wanted.end)}%27"
    )
    places = "".join(
        f"&Next{name}={quote(place, safe='')}" for name, place in (rest or {}).items() if place is not None
    )
    return f"{target.table}()?{top}{keys}{places}"
