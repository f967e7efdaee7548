"""HTTP: authorisation, and errors as problems of RFC 9457 (CONTRACT 2, R26)."""

import base64
import json

import pytest

from shared.ports import UnavailableError
from tests.functions.requests import MANAGE, OPERATE, READ
from tests.tenant import OTHER, Tenant, usd

CLIENT_PRINCIPAL = base64.b64encode(
    json.dumps({"claims": [{"typ": "roles", "val": OPERATE}, {"typ": "tid", "val": OTHER}]}).encode()
).decode()

FORGED = {
    "X-MS-CLIENT-PRINCIPAL": CLIENT_PRINCIPAL,
    "X-MS-CLIENT-PRINCIPAL-ID": OTHER,
    "X-MS-CLIENT-PRINCIPAL-NAME": "root",
    "X-MS-TOKEN-AAD-ACCESS-TOKEN": "x",
    "X-Functions-Key": "x",
    "X-Original-URL": f"/api/v1/accounts/{OTHER}",
}


async def read(api, account=None, **options):
    return await api.request("GET", f"accounts/{account or api.world_account}", **options)


@pytest.fixture
def api(api, tenant):
    api.world_account = tenant.account
    return api


async def test_a_caller_with_the_role_is_authorised(api, tenant):
    answer = await read(api, roles=(READ,))
    assert (answer.status, answer.media, answer.json["account"]) == (200, "application/json", tenant.account)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic YW5uOnNlY3JldA==", "forged", "Bearer forged", "bearer  ", "Token x"],
)
async def test_without_a_valid_token_the_answer_is_401(api, authorization):
    answer = await read(api, headers={"Authorization": authorization})
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "forged" not in answer.body.decode()


async def test_the_case_of_the_scheme_does_not_matter(api, tenant):
    assert (await read(api, headers={"Authorization": f"BEARER {READ} of {tenant.account}"})).status == 200


async def test_headers_of_a_front_end_authorise_nothing(api, tenant):
    assert (await read(api, headers={**FORGED, "Authorization": ""})).status == 401
    assert (await read(api, roles=(MANAGE,), headers=FORGED)).status == 403
    assert (await read(api, OTHER, roles=(READ,), headers=FORGED)).status == 404
    assert (await read(api, roles=(READ,), headers=FORGED)).json["account"] == tenant.account


async def test_a_wrong_role_is_forbidden_and_the_required_one_is_named(api):
    answer = await read(api, roles=(MANAGE, OPERATE))
    assert (answer.status, answer.code) == (403, "forbidden")
    assert READ in answer.json["detail"]


async def test_a_role_in_another_tenant_gives_no_access(api, tenant):
    assert (await read(api, tenant.account, roles=(READ,), tenant=OTHER)).status == 404


async def test_only_an_operator_has_access_to_any_account(api, tenant):
    grant = {"amount": usd("5"), "reference": "PO-1", "kind": "paid"}
    options = {"body": grant, "headers": {"Idempotency-Key": "key"}, "tenant": OTHER}
    path = f"accounts/{tenant.account}/grants"
    assert (await api.request("POST", path, roles=(OPERATE,), **options)).status == 201
    assert (await api.request("POST", path, roles=(READ, MANAGE), **options)).status == 403
    assert (await api.request("POST", f"accounts/{OTHER}/grants", roles=(OPERATE,), **options)).code == "not_found"


@pytest.mark.parametrize("account", ["contoso", "%7Bx%7D", "5f0c1f9e00004000800000000000000001", "0", "null", "é" * 36])
async def test_an_account_id_that_is_not_a_guid_is_not_found(api, account):
    assert (await read(api, account, roles=(READ,))).code == "not_found"
    answer = await api.request(
        "POST", f"accounts/{account}/grants", roles=(OPERATE,), headers={"Idempotency-Key": "key"}
    )
    assert answer.code == "not_found"


async def test_the_case_of_a_guid_does_not_matter(api, tenant):
    assert (await read(api, tenant.account.upper())).json["account"] == tenant.account


# --- how errors look


async def test_a_problem_contains_a_description_and_the_correlation_id(api):
    answer = await read(api, OTHER)
    assert answer.media == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    shown = answer.json
    assert shown.pop("correlationId") == answer.headers["X-Correlation-Id"]
    assert shown == {
        "type": "urn:communications-credits:problem:not_found",
        "title": "Not found",
        "status": 404,
        "detail": "there is no such account",
        "code": "not_found",
    }


async def test_each_error_in_a_body_has_pointer_code_and_text_but_not_the_value(api):
    body = {"amount": {"amount": "secret", "currency": "usd"}, "reference": "", "kind": "paid", "a/b~c": "secret"}
    answer = await api.request(
        "POST", f"accounts/{api.world_account}/grants", body=body, headers={"Idempotency-Key": "key"}
    )
    assert (answer.status, answer.code) == (400, "invalid_request")
    pointers = {flaw["pointer"] for flaw in answer.json["errors"]}
    assert pointers == {"/amount/amount", "/amount/currency", "/reference", "/a~1b~0c"}
    assert all(set(flaw) == {"pointer", "code", "detail"} and flaw["detail"] for flaw in answer.json["errors"])
    assert "secret" not in answer.body.decode()


@pytest.mark.parametrize(
    ("body", "headers", "code", "status"),
    [
        (b"", {}, "invalid_request", 400),
        (b"{", {}, "invalid_request", 400),
        (b"[]", {}, "invalid_request", 400),
        (b"\xff", {}, "invalid_request", 400),
        (b"[" * 60_000, {}, "invalid_request", 400),
        (b"1" * 60_000, {}, "invalid_request", 400),
        (b"{}", {"Content-Type": "text/plain"}, "unsupported_media_type", 415),
        (b" " * 65_537, {}, "payload_too_large", 413),
        (b"{}", {"Idempotency-Key": ""}, "idempotency_key_missing", 400),
        (b"{}", {"Idempotency-Key": "x" * 256}, "invalid_request", 400),
        (b"{}", {"Idempotency-Key": "a\tb"}, "invalid_request", 400),
    ],
)
async def test_a_body_that_is_not_valid_json_is_rejected(api, body, headers, code, status):
    options = {"Idempotency-Key": "key", "Content-Type": "application/json", **headers}
    answer = await api.request("POST", f"accounts/{api.world_account}/grants", body=body, headers=options)
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("abc-123_X.y", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("a\r\nSet-Cookie: b", False)],
)
async def test_a_callers_correlation_id_is_kept_if_it_is_harmless(api, given, is_kept):
    answer = await read(api, headers={"X-Correlation-Id": given})
    assert (answer.headers["X-Correlation-Id"] == given) is is_kept
    assert answer.headers["X-Correlation-Id"].isprintable()


@pytest.mark.parametrize("where", ["token", "storage"])
async def test_an_outage_is_a_503_with_retry_after(api, world, where):
    async def away(_verb, _partition, _what):
        raise UnavailableError("10.0.0.4:10002 refused the connection")

    if where == "storage":
        world.ledger.before = away
    answer = await read(api, headers={"Authorization": "Bearer unanswered"} if where == "token" else {})
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "unavailable", "5")
    assert "10.0.0.4" not in answer.body.decode()


async def test_an_internal_error_hides_its_reason_and_is_logged(api, world, caplog):
    async def broken(_verb, _partition, _what):
        raise KeyError("the secret of +14255550101")

    world.ledger.before = broken
    answer = await read(api)
    assert (answer.status, answer.code) == (500, "internal")
    assert "secret" not in answer.body.decode()
    assert "KeyError" not in answer.body.decode()
    assert answer.json["correlationId"] in caplog.text


async def test_a_purchase_may_be_repeated_with_the_same_key_after_an_outage(api, world, tenant):
    world.payments.next_outcome("timeout_before", on="create")
    options = {
        "body": {"amount": usd("50"), "paymentMethod": "pm_card_visa"},
        "headers": {"Idempotency-Key": "key"},
    }
    assert (await api.request("POST", f"accounts/{tenant.account}/purchases", **options)).status == 503
    world.clock.forward(minutes=1)
    assert (await api.request("POST", f"accounts/{tenant.account}/purchases", **options)).status == 201
    again = await api.request("POST", f"accounts/{tenant.account}/purchases", **options)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert await Tenant(world).balance() == "50"


async def test_an_etag_is_returned_and_accepted(api, tenant):
    path = f"accounts/{tenant.account}/administrators"
    etag = (await api.request("GET", path)).headers["ETag"]
    body = [{"address": "ann@example.com", "roles": ["billing"]}]
    assert (await api.request("PUT", path, body=body)).status == 428
    assert (await api.request("PUT", path, body=body, headers={"If-Match": '"another"'})).status == 412
    written = await api.request("PUT", path, body=body, headers={"If-Match": etag})
    assert (written.status, written.headers["ETag"] != etag) == (200, True)


async def test_a_webhook_needs_a_signature_and_no_token(api):
    answer = await api.request("POST", "webhooks/stripe", body=b"pi_1", headers={"Authorization": ""})
    assert (answer.status, answer.json) == (200, {"received": True})
