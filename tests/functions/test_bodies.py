"""Bodies that say two things at once are refused: which one counts is anybody's guess (RFC 7493, 2.3)."""

import pytest

from tests.functions.requests import MANAGE, OPERATE

MONEY = b'{"amount": "5", "currency": "USD"}'
TWICE_DEEP = b'{"amount": {"amount": "5", "amount": "5000", "currency": "USD"}, "reference": "PO-1", "kind": "paid"}'
TWICE_ESCAPED = b'{"amount": ' + MONEY + b', "kind": "paid", "reference": "PO-1", "k\\u0069nd": "paid"}'


@pytest.mark.parametrize("body", [TWICE_DEEP, TWICE_ESCAPED])
async def test_a_grant_that_names_a_field_twice_is_refused(api, tenant, body):
    answer = await api.request(
        "POST", f"accounts/{tenant.account}/grants", roles=(OPERATE,), body=body, headers={"Idempotency-Key": "key"}
    )
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "twice" in answer.json["detail"]
    assert await tenant.balance() == "0"


async def test_so_are_administrators_and_switches(api, tenant):
    at = f"accounts/{tenant.account}"
    for path, body in (
        (f"{at}/administrators", b'[{"address": "a@example.com", "address": "b@example.com", "roles": ["billing"]}]'),
        (f"{at}/auto-recharge", b'{"enabled": false, "enabled": true}'),
    ):
        answer = await api.request(
            "PUT", path, roles=(MANAGE,), body=body, headers={"If-Match": "*", "Idempotency-Key": "key"}
        )
        assert (answer.status, answer.code) == (400, "invalid_request")
        assert "twice" in answer.json["detail"]


async def test_a_body_that_is_wrong_as_a_whole_is_pointed_at_as_a_whole(api, tenant):
    """RFC 6901: the pointer to a whole document is empty; "/" would be a member without a name."""
    answer = await api.request(
        "POST", f"accounts/{tenant.account}/grants", roles=(OPERATE,), body=b"[]", headers={"Idempotency-Key": "key"}
    )
    assert [flaw["pointer"] for flaw in answer.json["errors"]] == [""]
