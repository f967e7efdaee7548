"""The retention of suspense in whole days; an invalid value prevents the start and never deletes anything."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from shared.settings import read_settings

EXAMPLE = json.loads((Path(__file__).parents[2] / "local.settings.example.json").read_text())["Values"]


def test_the_defaults_are_90_and_400_days():
    absent = {name: value for name, value in EXAMPLE.items() if not name.startswith("Suspense__")}
    settings = read_settings(absent)
    assert (settings.suspense_keep_closed, settings.suspense_keep) == (timedelta(days=90), timedelta(days=400))


def test_each_retention_is_read_from_its_setting():
    settings = read_settings({**EXAMPLE, "Suspense__keepClosedDays": "1", "Suspense__keepDays": "36500"})
    assert (settings.suspense_keep_closed, settings.suspense_keep) == (timedelta(days=1), timedelta(days=36_500))


@pytest.mark.parametrize("name", ["Suspense__keepClosedDays", "Suspense__keepDays"])
@pytest.mark.parametrize("text", ["0", "-1", "1.5", "ninety", "36501", "00000136500", "9" * 5_000, "٩٠", "1e2"])
def test_an_invalid_retention_is_rejected_with_the_settings_name(name, text):
    with pytest.raises(ValueError, match=name):
        read_settings({**EXAMPLE, name: text})
