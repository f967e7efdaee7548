"""The arithmetic of `./dev bench cost`, on numbers that can be checked by hand."""

from collections import Counter

import pytest

from tests.proofs.bench.benches.cost import GIGABYTE, Used, lines_of, size_of


def test_a_million_calls_cost_a_thousand_times_as_much_as_a_thousand():
    used = Used(100, Counter(queue=2_500, transactions=20, reads=5), 1_000, GIGABYTE // 1_000, 0.5)
    found = {line.what.removeprefix("x: "): line.value for line in lines_of("x", used)}
    assert found["queue"] == pytest.approx(2_500 * 1_000 / 10_000 * 0.004)
    assert found["tables"] == pytest.approx(25 * 1_000 / 10_000 * 0.00036)
    assert found["functions"] == pytest.approx(0.1 * 0.40 + 500 * 2 * 0.000026)
    assert found["total"] == pytest.approx(found["queue"] + found["tables"] + found["functions"])
    assert found["storage"] == pytest.approx(0.06, rel=1e-6)


def test_the_size_of_a_row_is_what_azure_storage_bills():
    row = {"PartitionKey": "ab", "RowKey": "abcd", "n": 7, "text": "xyz"}
    assert size_of(row.items()) == 4 + 2 * 6 + (8 + 2 + 8) + (8 + 8 + 4 + 6)
