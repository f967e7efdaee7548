"""Hostile and damaged files: a clear reason, in bounded memory, and nothing else disturbed."""

import io
import json
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.readers import archive
from shared.readers.formats import FORMATS, read_file, read_records
from shared.readers.json_records import RECORD_BYTES_MAX
from shared.readers.profile import Profile, Reading
from shared.readers.row import INVALID_FIELD, UNREADABLE, RefusedRecord, UnreadableFileError, Usage
from tests.readers.samples import asterisk, own, providers, switches, teams
from tests.readers.samples.sample import ACCOUNT, described
from tests.readers.test_samples import SAMPLES

MEBIBYTE = 1024 * 1024
GOOD = teams.pstn("good", "user_out")


def read(content, form="teams-pstn", **profile):
    return list(read_file(io.BytesIO(content), Reading(form, ACCOUNT, Profile(**profile), countries={ACCOUNT: "US"})))


@settings(max_examples=75, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.binary(max_size=600))
def test_any_bytes_give_rows_or_say_why_not(form, content):
    try:
        rows = read(content, form)
    except UnreadableFileError:
        return
    assert all(described(row) for row in rows)


@settings(max_examples=75, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_sample_gives_rows_or_says_why_not(sample, place, damage):
    at = place % len(sample.content)
    try:
        rows = read(sample.content[:at] + damage + sample.content[at + len(damage) :], sample.format)
    except UnreadableFileError:
        return
    assert all(described(row) for row in rows)


HALF = "\ud800"
"""Half of a character, which JSON can write as an escape, and UTF-8 cannot."""


@pytest.mark.parametrize(
    ("form", "record"),
    [
        ("twilio-calls", {**providers.TWILIO, "account_sid": HALF}),
        ("chime-cdr", {**providers.CHIME, "VoiceConnectorId": HALF, "TransactionId": HALF}),
        ("freeswitch-json", {**switches.FREESWITCH, "switchname": HALF}),
        ("csv", {**own.CALL, "source": HALF, "leg": HALF}),
        ("teams-direct-routing", dict.fromkeys(teams.DIRECT.split(","), HALF)),
    ],
)
def test_half_a_character_in_a_name_gives_a_row(form, record):
    (row,) = read_records([record], Reading(form, ACCOUNT))
    assert described(row)
    assert not isinstance(row, Usage) or row.event["source"].isascii()


ODD = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just(10**400))
FIELDS = sorted({
    *providers.CHIME, *providers.SIP_APPLICATION, *providers.BUSINESS, *providers.TWILIO, *providers.ACS["properties"],
    *teams.GRAPH, *teams.BYOT, *teams.PSTN.split(","), *switches.CUCM.replace('"', "").split(","),
})  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(FORMATS)), st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=25))
def test_any_values_of_known_fields_give_a_row(form, record):
    (row,) = read_records([record], Reading(form, ACCOUNT))
    if isinstance(row, Usage):
        json.dumps(row.event)
    else:
        assert row.reason


def test_a_line_of_ten_megabytes_is_refused_and_its_neighbours_are_read():
    content = "\n".join((teams.PSTN, GOOD, '"' + "x," * (5 * MEBIBYTE), GOOD, "")).encode()
    first, broken, last = read(content)
    assert isinstance(broken, RefusedRecord)
    assert (broken.reason, broken.place) == (UNREADABLE, "line 3")
    assert described(first) == described(last) == teams.out("good")


def test_a_json_line_of_ten_megabytes_is_refused_and_its_neighbours_are_read():
    good = json.dumps(providers.CHIME)
    first, broken, last = read("\n".join((good, "[" * (10 * MEBIBYTE), good)).encode(), "chime-cdr")
    assert isinstance(broken, RefusedRecord)
    assert broken.reason == UNREADABLE
    assert described(first) == described(last)


def test_a_quote_that_never_ends_takes_no_more_than_a_record_with_it():
    rows = read("\n".join((teams.PSTN, GOOD, '"open', *[GOOD] * 2_000, "")).encode())
    assert sum(isinstance(row, Usage) for row in rows) > 1_000
    assert any(isinstance(row, RefusedRecord) and row.reason == UNREADABLE for row in rows)


@pytest.mark.parametrize(
    "content",
    [
        b'{"value": [' + b"{" * 40,
        b'[\n{"a": "' + b"x" * (3 * RECORD_BYTES_MAX),
        b'{\n"a": "b"',
        b"[\n1,\n2,\nx",
        b"[" * 999,
    ],
)
def test_json_that_breaks_off_is_unreadable_from_there(content):
    with pytest.raises(UnreadableFileError):
        read(content, "graph-pstn")


def test_a_damaged_first_line_does_not_disturb_the_others():
    good = json.dumps(providers.CHIME)
    for damaged in ("garbage", '{"a": "x', '[{"a": 1}', good[:40]):
        broken, row = read(f"{damaged}\n{good}\n".encode(), "chime-cdr")
        assert described(broken) == "refused unreadable not JSON (I-JSON, RFC 7493)"
        assert isinstance(row, Usage)


@pytest.mark.parametrize("end", [b"}", b",", b" "])
def test_a_page_in_one_long_line_is_read_wherever_its_first_mebibyte_ends(end):
    page = json.dumps({"value": [providers.CHIME] * 5_000}).encode()
    assert len(page) > RECORD_BYTES_MAX
    at = page.rindex(end, 0, RECORD_BYTES_MAX)
    shifted = page[:1] + b" " * (RECORD_BYTES_MAX - 1 - at) + page[1:]
    assert shifted[RECORD_BYTES_MAX - 1 :][:1] == end
    assert len(read(shifted, "chime-cdr")) == 5_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("separator", ["", "\n", "\r\n"])
def test_json_in_another_encoding_is_read_like_utf_8(encoding, separator):
    records = [providers.CHIME] * 5_000 + [{**providers.CHIME, "StatusMessage": "next\x85 line"}]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    text = separator.join(lines) if separator else f"[{','.join(lines)}]"
    rows = read(text.encode(encoding), "chime-cdr", encoding="latin-1" if encoding == "latin-1" else None)
    assert sum(isinstance(row, Usage) for row in rows) == len(records)


@pytest.mark.parametrize("content", ['{"a": 1}\n{"b": 2}\n', '{\n"a": 1\n}\n'])
def test_json_that_breaks_off_within_a_character_says_so(content):
    with pytest.raises(UnreadableFileError, match="not utf-16"):
        read(content.encode("utf-16") + b"x", "chime-cdr")


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("content", [b"hello", b'"a": {1}', bytes(range(256)), b"\x89PNG\r\n", b"a,b\n" * 100_000])
def test_a_file_of_something_else_is_unreadable(form, content):
    with pytest.raises(UnreadableFileError):
        read(content, form)


def test_damaged_rows_before_the_first_of_asterisk_are_kept():
    rows = read(f"damaged\na,b\n{asterisk.row()}\nc".encode(), "asterisk-csv")
    assert [isinstance(row, Usage) for row in rows] == [False, False, True, False]


def test_an_event_whose_account_is_no_text_is_not_given_another_one():
    event = {**own.EVENT, "data": {**own.CALL, "account": 7}}
    (row,) = read(json.dumps(event).encode(), "cloudevents")
    assert isinstance(row, Usage)
    assert row.event["data"]["account"] == 7


@pytest.mark.parametrize("digits", [20, 5_000, 1_000_000])
def test_an_integer_of_any_length_ends_the_file_and_not_the_process(digits):
    with pytest.raises(UnreadableFileError):
        read(b'[\n{"id": ' + b"1" * digits + b"}\n]", "chime-cdr")


def test_a_record_that_is_nested_too_deeply_is_refused():
    deep = json.loads('{"a":' * 40 + "1" + "}" * 40)
    (row,) = read(json.dumps([deep]).encode(), "chime-cdr")
    assert described(row) == "refused unreadable nested too deeply"


def test_an_object_with_a_name_twice_is_refused_beside_good_neighbours():
    good = json.dumps(providers.CHIME)
    twice = good.replace('"Direction"', '"Direction": "Inbound", "Direction"')
    for content in (f"{good}\n{twice}\n{good}", json.dumps([0, 1, 2], indent=1).replace("1", twice)):
        rows = read(content.encode(), "chime-cdr")
        assert isinstance(rows[1], RefusedRecord)
        assert rows[1].reason == UNREADABLE
        assert len(rows) == 3


def packed(*members, how=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return made.getvalue()


SOUND = f"{teams.PSTN}\n{GOOD}\n".encode()


@pytest.mark.parametrize("name", ["../../etc/PSTN.calls.csv", "C:\\PSTN.calls.csv", "/PSTN.csv", "PSTN.\x07calls.csv"])
def test_a_path_in_a_zip_file_leads_nowhere(name):
    (row,) = read(packed((name, SOUND)))
    assert isinstance(row, Usage)
    assert row.place.startswith(("PSTN.", "C:"))
    assert not set(row.place) & set("/\\\x07\x00")


def encrypted():
    content = bytearray(packed(("PSTN.csv", SOUND)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


ARCHIVES = [
    (packed(("parameters.json", "{}")), "no member of the zip file is of this format"),
    (packed(("DirectRouting.calls.csv", "x")), "no member of the zip file is of this format"),
    (packed(*((f"{number}.csv", "") for number in range(archive.MEMBERS_MAX + 1))), "more than 1000 members"),
    (packed(("PSTN.csv", SOUND))[:-30], "damaged"),
    (packed(("PSTN.csv", SOUND), how=zipfile.ZIP_STORED).replace(b"user_out", b"user_in_"), "damaged"),
    (encrypted(), "encrypted"),
    (packed(("PSTN.csv", b"x"), ("inner.zip", packed(("PSTN.csv", SOUND)))), "titles are missing"),
]


@pytest.mark.parametrize(("content", "detail"), ARCHIVES)
def test_an_archive_that_cannot_be_read_says_why(content, detail):
    with pytest.raises(UnreadableFileError, match=detail):
        read(content)


def test_a_zip_bomb_is_refused_in_bounded_memory():
    row = (GOOD + "\n").encode()
    bomb = packed(("PSTN.csv", SOUND + row * 10 + b"," * (64 * MEBIBYTE)))
    assert len(bomb) < MEBIBYTE
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFileError, match="unpacks to more"):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()


def test_many_members_together_cannot_unpack_to_more_than_the_limit(monkeypatch):
    monkeypatch.setattr(archive, "BYTES_MAX", len(SOUND) + 100)
    assert len(read(packed(("PSTN.1.csv", SOUND)))) == 1
    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        read(packed(("PSTN.1.csv", SOUND), ("PSTN.2.csv", SOUND)))


def test_the_reason_never_repeats_what_was_sent():
    secret = "+14255550199"
    for form in sorted(FORMATS):
        for record in (dict.fromkeys(FIELDS, secret), dict.fromkeys(("id", "pkid", "sid"), secret)):
            (row,) = read_records([record], Reading(form, ACCOUNT))
            if isinstance(row, RefusedRecord):
                assert "4255550199" not in row.detail, form
                assert row.reason in {INVALID_FIELD, UNREADABLE, "not_a_call", "unknown_account"}
