"""Reference data: published contracts, price lists, sample records. Not part of the checkout."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


def reference(name):
    """The path of *name* in the folder that CREDITS_REFERENCE names, else in `shared` beside the checkout; a test that
    needs what is not there is skipped with that reason.
    """
    return _there(f"data/{name}")


def tool(name):
    """The folder of a tool that lies there; a test that needs what is not there is skipped with that reason."""
    return _there(f"tools/{name}")


def _there(name):
    path = Path(os.environ.get("CREDITS_REFERENCE") or CHECKOUT.parent / "shared") / name
    if not path.exists():
        pytest.skip(f"reference data: no {name} where CREDITS_REFERENCE says, or beside the checkout")
    return path
