"""Error codes: all codes in the source are in one table, and the table matches the contract."""

import ast
import re
from pathlib import Path

import pytest

from shared.service.problems import RETRY_AFTER, STATUS

ROOT = Path(__file__).parents[2]

CONTRACT = """
`invalid_request`, `unauthenticated`, `forbidden`, `not_found`, `already_exists`, `idempotency_key_missing`,
`idempotency_in_progress`, `idempotency_conflict`, `precondition_required`, `stale`, `payload_too_large`,
`unsupported_media_type`, `currency_mismatch`, `not_eligible`, `post_usage`, `below_minimum`, `above_maximum`,
`no_payment_method`, `not_empty`, `payment_pending`, `too_many_lots`, `lot_spent`, `not_refundable`,
`already_reversed`, `not_reversible`, `no_rate`, `too_many_requests`, `unavailable`
"""

OURS = {"card_declined", "export_unreadable", "internal"}
"""Codes in addition to those of the contract."""


def said():
    """Every code passed to ProblemError or Refused, with its place."""
    for room in ("shared", "functions"):
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"ProblemError", "Refused"}:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node.args[0]


def test_every_error_code_in_the_code_is_a_literal_in_the_table():
    found = {where: code for where, code in said() if not where.startswith("shared/service/http.py")}
    assert len(found) > 50
    for where, code in found.items():
        assert isinstance(code, ast.Constant), f"{where}: say the code where it is raised"
        assert code.value in STATUS, where


def test_the_table_has_the_codes_of_the_contract_and_of_the_service():
    assert set(STATUS) == {code.strip(" `\n") for code in CONTRACT.split(",")} | OURS


def test_a_status_said_beside_a_code_is_that_of_the_table():
    places = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "shared" / "interface").rglob("*.py")]
    beside = [said for place in places for said in re.findall(r"\b([45][0-9]{2}) `([a-z_]+)`", place.read_text())]
    assert beside
    assert [(status, code) for status, code in beside if STATUS.get(code) != int(status)] == []


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("not_found", 404),
        ("idempotency_key_missing", 400),
        ("idempotency_in_progress", 409),
        ("idempotency_conflict", 422),
        ("precondition_required", 428),
        ("stale", 412),
        ("currency_mismatch", 422),
        ("not_empty", 409),
        ("lot_spent", 409),
        ("not_refundable", 422),
        ("already_reversed", 409),
        ("not_reversible", 422),
        ("too_many_requests", 429),
        ("unavailable", 503),
    ],
)
def test_each_code_has_the_status_of_the_contract(code, status):
    assert STATUS[code] == status


def test_every_status_is_an_error_status():
    assert all(400 <= status < 600 for status in STATUS.values())


def test_answers_429_and_503_have_retry_after():
    late = {code for code, status in STATUS.items() if status in {429, 503}}
    assert late <= set(RETRY_AFTER)
    assert all(int(seconds) > 0 for seconds in RETRY_AFTER.values())
