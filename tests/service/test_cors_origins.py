"""The setting `Cors__origins`: the origins whose pages may call the interface; none by default."""

import json
from pathlib import Path

import pytest

from shared.settings import read_settings

EXAMPLE = json.loads((Path(__file__).parents[2] / "local.settings.example.json").read_text())["Values"]


def origins(text):
    return read_settings({**EXAMPLE, "Cors__origins": text}).cors_origins


def test_by_default_no_origin_is_allowed():
    assert origins("") == frozenset()


def test_a_list_of_origins_is_read():
    assert origins("https://portal.example, http://127.0.0.1:3000") == {
        "https://portal.example",
        "http://127.0.0.1:3000",
    }


@pytest.mark.parametrize("text", ["*", "portal.example", "https://a.example/", "https://A.example", "null", "https://"])
def test_an_invalid_origin_is_rejected(text):
    with pytest.raises(ValueError, match="Cors__origins"):
        origins(text)
