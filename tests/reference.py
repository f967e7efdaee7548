"""Reference data: published contracts, price lists, sample records. Not part of the checkout."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


def reference(name):
    """The path of *name* in the folder that CREDITS_REFERENCE names, else in `shared` beside the checkout; a test that
    needs what is not there is skipped with that reason.
    """
    folder = Path(os.environ.get("CREDITS_REFERENCE") or CHECKOUT.parent / "shared")
    path = folder / "data" / name
    if not path.exists():
        pytest.skip(f"reference data: no data/{name} where CREDITS_REFERENCE says, or beside the checkout")
    return path
