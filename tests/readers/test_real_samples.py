"""Every record of the real samples comes out as the table says; skipped where they are not beside the project."""

import io

import pytest

from shared.readers.formats import read_file
from shared.readers.profile import Reading
from shared.readers.row import UnreadableFileError
from tests.readers.real_samples import FOLDER, REAL, content_of
from tests.readers.samples.sample import ACCOUNT, described, matches

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the real samples are not in {FOLDER.name}")

NOT_CALL_RECORDS = {"aws-s3-events", "numbers"}


def read(form, name):
    return list(read_file(io.BytesIO(content_of(name)), Reading(form, ACCOUNT, countries={ACCOUNT: "US"})))


@pytest.mark.parametrize(("form", "name"), REAL, ids="/".join)
def test_every_record_comes_out_as_the_table_says(form, name):
    expected = REAL[form, name]
    if isinstance(expected, str):
        with pytest.raises(UnreadableFileError) as error:
            read(form, name)
        assert str(error.value) == expected
        return
    rows = read(form, name)
    assert len(rows) == len(expected)
    for row, record in zip(rows, expected, strict=True):
        assert matches(row, record), (record.why, described(row), record.what)


def test_every_file_is_in_the_table():
    files = [path for path in FOLDER.rglob("*") if path.is_file() and not path.name.startswith("NOTICE")]
    left = {str(path.relative_to(FOLDER)) for path in files if path.parts[len(FOLDER.parts)] not in NOT_CALL_RECORDS}
    for _, name in REAL:
        left -= {each for each in left if each == name or each.startswith(f"{name}/")}
    assert left == {"amazon-chime-aws-samples/s3-event.put.json"}  # a notification of S3, for the bridge
