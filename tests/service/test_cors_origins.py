"""Which origins' pages may call the interface: the setting, read strictly; nobody by default."""

import json
from pathlib import Path

import pytest

from shared.settings import read_settings

EXAMPLE = json.loads((Path(__file__).parents[2] / "local.settings.example.json").read_text())["Values"]


def origins(text):
    return read_settings({**EXAMPLE, "Cors__origins": text}).cors_origins


def test_nobody_s_by_default():
    assert origins("") == frozenset()


def test_a_list_of_origins():
    assert origins("https://portal.example, http://127.0.0.1:3000") == {
        "https://portal.example",
        "http://127.0.0.1:3000",
    }


@pytest.mark.parametrize("text", ["*", "portal.example", "https://a.example/", "https://A.example", "null", "https://"])
def test_what_is_no_origin_is_refused(text):
    with pytest.raises(ValueError, match="Cors__origins"):
        origins(text)
