"""Bodies with duplicate names are rejected, because they are ambiguous (RFC 7493, 2.3)."""

import pytest

from tests.functions.requests import MANAGE, OPERATE

MONEY = b'{"amount": "5", "currency": "USD"}'
TWICE_DEEP = b'{"amount": {"amount": "5", "amount": "5000", "currency": "USD"}, "reference": "PO-1", "kind": "paid"}'
TWICE_ESCAPED = b'{"amount": ' + MONEY + b', "kind": "paid", "reference": "PO-1", "k\\u0069nd": "paid"}'


@pytest.mark.parametrize("body", [TWICE_DEEP, TWICE_ESCAPED])
async def test_a_grant_with_a_duplicate_field_is_rejected(api, tenant, body):
    answer = await api.request(
        "POST", f"accounts/{tenant.account}/grants", roles=(OPERATE,), body=body, headers={"Idempotency-Key": "key"}
    )
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "twice" in answer.json["detail"]
    assert await tenant.balance() == "0"


async def test_administrators_and_auto_recharge_with_duplicate_fields_are_rejected(api, tenant):
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


async def test_an_invalid_body_has_a_pointer_to_the_whole_body(api, tenant):
    """RFC 6901: the pointer to the whole document is empty; "/" would be a member with an empty name."""
    answer = await api.request(
        "POST", f"accounts/{tenant.account}/grants", roles=(OPERATE,), body=b"[]", headers={"Idempotency-Key": "key"}
    )
    assert [flaw["pointer"] for flaw in answer.json["errors"]] == [""]
