"""Large answers are compressed for callers who accept that."""

import gzip
import json

import pytest

from tests.tenant import call, report

pytestmark = pytest.mark.usefixtures("tenant")

READ = "accounts/5f0c1f9e-0000-4000-8000-000000000001"


@pytest.mark.usefixtures("tenant")
async def test_a_large_answer_is_compressed_for_a_caller_who_accepts_it(api, world):
    await report(world, [call(f"c{number}") for number in range(40)])
    plain = await api.request("GET", f"{READ}/calls")
    zipped = await api.request("GET", f"{READ}/calls", headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert len(zipped.body) * 5 < len(plain.body)
    assert json.loads(gzip.decompress(zipped.body)) == json.loads(plain.body)


@pytest.mark.usefixtures("tenant")
async def test_small_answers_and_workbooks_stay_as_they_are(api, world):
    await report(world, [call(f"c{number}") for number in range(40)])
    for path in ("", "/auto-recharge", "/calls.xlsx"):
        answer = await api.request("GET", f"{READ}{path}", headers={"Accept-Encoding": "gzip"})
        assert (answer.status, answer.headers.get("Content-Encoding")) == (200, None)


@pytest.mark.usefixtures("tenant")
async def test_a_file_of_calls_is_compressed_too(api, world):
    await report(world, [call(f"c{number}") for number in range(40)])
    answer = await api.request("GET", f"{READ}/calls.csv", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body).decode("utf-8-sig").count("\r\n") == 41
