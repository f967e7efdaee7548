"""Reference data that is not part of the checkout: published contracts, price lists, sample records."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


def reference(name):
    """The path of *name* in the folder CREDITS_REFERENCE, or in `shared` next to the checkout. If it does not exist,
    the test is skipped.
    """
    return _existing(f"data/{name}")


def tool(name):
    """The folder of a tool in the reference data. If it does not exist, the test is skipped."""
    return _existing(f"tools/{name}")


def _existing(name):
    path = Path(os.environ.get("CREDITS_REFERENCE") or CHECKOUT.parent / "shared") / name
    if not path.exists():
        pytest.skip(f"reference data: no {name} in CREDITS_REFERENCE, or next to the checkout")
    return path
