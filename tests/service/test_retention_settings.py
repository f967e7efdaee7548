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


@pytest.mark.parametrize(("text", "days"), [(None, 28), ("1", 1), ("28", 28)])
def test_every_account_is_audited_whole_within_the_days_of_its_setting(text, days):
    absent = {name: value for name, value in EXAMPLE.items() if name != "NightlyAudit__wholeDays"}
    settings = read_settings(absent if text is None else {**absent, "NightlyAudit__wholeDays": text})
    assert settings.audit_rota == timedelta(days=days)


@pytest.mark.parametrize("text", ["0", "29", "-1", "x"])
def test_a_rota_of_more_than_28_days_is_rejected(text):
    with pytest.raises(ValueError, match="NightlyAudit__wholeDays"):
        read_settings({**EXAMPLE, "NightlyAudit__wholeDays": text})
