from decimal import Decimal
from uuid import uuid4

import pytest

from tests.proofs.prove.http_client import TENANT_ROLES

PATHS = (
    ("GET", ""),
    ("GET", "/balance"),
    ("GET", "/lots"),
    ("GET", "/movements"),
    ("GET", "/movements/000000000002-000"),
    ("GET", "/purchases"),
    ("GET", "/auto-recharge"),
    ("GET", "/payment-methods"),
    ("GET", "/administrators"),
    ("POST", "/purchases"),
    ("POST", "/payment-methods"),
    ("PUT", "/auto-recharge"),
    ("PUT", "/administrators"),
)


def without_instance(answer):
    """The answer without values that differ in every answer."""
    body = {**answer.json()}
    del body["correlationId"]
    headers = {name: value for name, value in answer.headers.items() if name not in {"date", "x-correlation-id"}}
    return answer.status_code, body, headers


@pytest.fixture(scope="module")
def rich(portal):
    """An account with funds."""
    account = str(uuid4())
    portal.open(account)
    portal.grant(account, Decimal(50), "PO 1")
    return account


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_another_tenants_account_looks_like_an_unknown_one(rich, portal, method, path):
    other_tenant = str(uuid4())
    headers = {"Idempotency-Key": "k", "If-Match": "*"}
    foreign, unknown = (
        portal.send(method, f"/accounts/{account}{path}", TENANT_ROLES, tenant=other_tenant, headers=headers, json={})
        for account in (rich, str(uuid4()))
    )
    assert without_instance(foreign) == without_instance(unknown)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


def test_objects_of_one_account_are_not_found_under_another(customer, portal):
    bought = customer.buy(50, "order-1").json()
    other = str(uuid4())
    portal.open(other)
    assert portal.tenant("GET", other, f"/purchases/{bought['id']}").status_code == 404
    assert portal.tenant("POST", other, f"/purchases/{bought['id']}/cancel").status_code == 404
    assert customer.get(f"/purchases/{bought['id']}") == bought


@pytest.mark.parametrize(
    ("roles", "status"),
    [(("Credits.Read",), 200), (("Credits.Manage", "Calls.Authorise", "Credits.Operate"), 403), ((), 403)],
)
def test_no_role_implies_another(rich, portal, roles, status):
    assert portal.send("GET", f"/accounts/{rich}", roles, tenant=rich).status_code == status


def test_an_operator_reads_suspense_and_a_tenant_does_not(rich, portal):
    assert portal.operate("GET", "/suspense").status_code == 200
    refused = portal.send("GET", "/suspense", TENANT_ROLES, tenant=rich)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
