"""Every record of every format comes out as the table of samples says."""

import pytest

from shared.readers.formats import FORMATS
from shared.readers.row import Usage
from tests.readers.samples import asterisk, own, providers, switches, teams
from tests.readers.samples.sample import described, matches

SAMPLES = (*teams.SAMPLES, *providers.SAMPLES, *own.SAMPLES, *asterisk.SAMPLES, *switches.SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.format}: {sample.name}")
def test_every_record_comes_out_as_the_table_says(sample):
    rows = sample.read()
    assert len(rows) == len(sample.records)
    for row, record in zip(rows, sample.records, strict=True):
        assert matches(row, record), (record.why, described(row), record.what)


def test_every_format_has_samples():
    assert {sample.format for sample in SAMPLES} == set(FORMATS)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.format}: {sample.name}")
def test_an_event_is_json_of_the_format_and_places_are_told(sample):
    for row in sample.read():
        assert row.place
        if isinstance(row, Usage) and sample.format != "cloudevents":
            assert row.event["source"].startswith(f"urn:credits:{sample.format}:")
