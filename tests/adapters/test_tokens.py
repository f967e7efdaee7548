"""The verification of tokens: with real keys, a real key endpoint, and every kind of forgery."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest

from local.clock import real_now
from shared.adapters.identity.tokens import LEEWAY_SECONDS, TOKEN_CHARACTERS_MAX
from shared.ports import BadTokenError, Principal, UnavailableError
from tests.adapters.issuer_server import private_key, public_pem, signed
from tests.example_ids import example_id
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER

PAST, NEAR = timedelta(seconds=LEEWAY_SECONDS + 20), timedelta(seconds=LEEWAY_SECONDS - 20)


async def refused(issuer, token):
    """Whether the token is rejected as invalid, not with an internal error or an outage."""
    with pytest.raises(BadTokenError):
        await issuer.tokens().verify(token)
    return True


def part(value):
    text = value if isinstance(value, bytes) else json.dumps(value, default=lambda at: int(at.timestamp())).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


async def test_a_valid_token_identifies_the_caller(issuer):
    principal = await issuer.tokens().verify(issuer.mint(roles=["Credits.Read", "Credits.Manage"]))
    assert principal == Principal(ACCOUNT, frozenset({"Credits.Read", "Credits.Manage"}), "ann")


@pytest.mark.parametrize(
    ("claims", "caller"),
    [({"oid": "ann", "sub": "bob"}, "ann"), ({"oid": ..., "sub": "bob"}, "bob"), ({"oid": ...}, "")],
)
async def test_the_caller_is_the_object_else_the_subject_else_nobody(issuer, claims, caller):
    assert (await issuer.tokens().verify(issuer.mint(**claims))).subject == caller


async def test_the_case_of_the_tenant_does_not_matter(issuer):
    assert (await issuer.tokens().verify(issuer.mint(tid=ACCOUNT.upper()))).tenant == ACCOUNT


# --- the signature


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None])
@pytest.mark.parametrize("signature", ["", "AA"])
async def test_an_unsigned_token_is_rejected(issuer, algorithm, signature):
    header = {"alg": algorithm, "kid": "first", "typ": "JWT"}
    assert await refused(issuer, f"{part(header)}.{part(issuer.claims())}.{signature}")


async def test_a_token_signed_with_the_public_key_as_a_secret_is_rejected(issuer):
    body = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(issuer.claims())}"
    code = hmac.new(public_pem("first"), body.encode(), hashlib.sha256).digest()
    assert await refused(issuer, f"{body}.{part(code)}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
async def test_the_issuers_key_with_another_algorithm_is_rejected(issuer, algorithm):
    key = private_key("first")
    assert await refused(issuer, jwt.encode(issuer.claims(), key, algorithm=algorithm, headers={"kid": "first"}))


async def test_a_foreign_signature_with_the_issuers_key_id_is_rejected(issuer):
    assert await refused(issuer, issuer.mint(key="stranger", kid="first"))


async def test_a_token_with_changed_claims_is_rejected(issuer):
    header, _, signature = issuer.mint().split(".")
    changed = issuer.claims(roles=["Credits.Operate"])
    assert await refused(issuer, f"{header}.{part(changed)}.{signature}")


@pytest.mark.parametrize("where", ["jwk", "jku", "x5u"])
async def test_a_key_in_the_token_is_not_used(issuer, where):
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private_key("stranger").public_key()))
    brought = {**public, "kid": "stranger"} if where == "jwk" else f"{issuer.address}/stranger"
    header = {"kid": "stranger", where: brought}
    token = jwt.encode(issuer.claims(), private_key("stranger"), algorithm="RS256", headers=header)
    assert await refused(issuer, token)
    assert not any("stranger" in path for path in issuer.requests)


# --- the claims


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"exp": real_now() - timedelta(days=1)}, id="exp yesterday"),
        {"aud": "api://another"},
        {"aud": ["api://another"]},
        {"aud": "api://credits-2"},
        {"aud": 7},
        {"iss": "https://login.example"},
        {"iss": 7},
        pytest.param({"nbf": real_now() + timedelta(days=1)}, id="nbf tomorrow"),
        pytest.param({"iat": real_now() + timedelta(days=1)}, id="iat tomorrow"),
        *({name: ...} for name in ("exp", "iat", "iss", "aud", "tid")),
        {"exp": "tomorrow"},
        {"exp": None},
        {"exp": []},
        {"exp": 1e400},
    ],
    ids=str,
)
async def test_a_token_for_another_time_audience_or_issuer_is_rejected(issuer, claims):
    assert await refused(issuer, issuer.mint(**claims))


@pytest.mark.parametrize(
    "tid", [7, 5.0, True, [ACCOUNT], {"id": ACCOUNT}, None, "", "contoso", f"{ACCOUNT}\n"], ids=example_id
)
async def test_a_tenant_that_is_not_a_guid_is_rejected(issuer, tid):
    """Also for an issuer with one address for all tenants."""
    assert await refused(issuer, issuer.mint(tid=tid))
    issuer.tenants_path = ""
    assert await refused(issuer, issuer.mint(tid=tid))


async def test_the_issuer_must_belong_to_the_tenant(issuer):
    """Anyone can have a tenant and a signed token of it."""
    foreign = issuer.address + issuer.tenants_path.replace("{tid}", OTHER)
    assert await refused(issuer, issuer.mint(iss=foreign))
    assert await refused(issuer, issuer.mint(iss=issuer.address + issuer.tenants_path))
    assert (await issuer.tokens().verify(issuer.mint(iss=foreign, tid=OTHER))).tenant == OTHER


async def test_clock_skew_is_tolerated_up_to_the_leeway(issuer):
    now = real_now()
    for claims in ({"exp": now - NEAR}, {"nbf": now + NEAR}, {"iat": now + NEAR}):
        assert (await issuer.tokens().verify(issuer.mint(**claims))).tenant == ACCOUNT
    for claims in ({"exp": now - PAST}, {"nbf": now + PAST}, {"iat": now + PAST}):
        assert await refused(issuer, issuer.mint(**claims))


@pytest.mark.parametrize(
    ("roles", "held"),
    [
        ("Credits.Operate", set()),
        ({"Credits.Operate": True}, set()),
        (["Credits.Read", 7, None, ["Credits.Operate"], {"Credits.Manage": 1}], {"Credits.Read"}),
        (["Credits.Read Credits.Operate"], {"Credits.Read Credits.Operate"}),
        ([], set()),
        (None, set()),
        (..., set()),
    ],
    ids=example_id,
)
async def test_roles_are_only_the_strings_of_a_list(issuer, roles, held):
    assert (await issuer.tokens().verify(issuer.mint(roles=roles))).roles == held


# --- what is no token at all


async def test_a_token_of_a_megabyte_is_rejected_before_it_is_decoded(issuer):
    assert await refused(issuer, "x" * 1_000_000)
    assert await refused(issuer, issuer.mint(groups=["x" * 1_000_000]))
    assert issuer.requests == []


async def test_a_long_token_within_the_limit_is_accepted(issuer):
    token = issuer.mint(groups=["x" * 11_000])
    assert 15_000 < len(token) < TOKEN_CHARACTERS_MAX
    assert (await issuer.tokens().verify(token)).tenant == ACCOUNT


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"RS256"',
        b"\xff",
        b"[" * 11_000,
        b'{"alg":' + b"[" * 11_000,
        b'{"alg":["RS256"]}',
    ],
    ids=lambda header: example_id(header[:10]),
)
async def test_an_invalid_header_is_rejected(issuer, header):
    assert await refused(issuer, f"{part(header)}.{part({})}.AA")


@pytest.mark.parametrize("kid", [..., None, "", 7, ["first"], {"first": 1}, "../first", "\ud800"], ids=example_id)
async def test_an_invalid_key_id_is_rejected(issuer, kid):
    header = {"alg": "RS256", **({} if kid is ... else {"kid": kid})}
    assert await refused(issuer, f"{part(header)}.{part(issuer.claims())}.AA")


@pytest.mark.parametrize("token", ["", ".", "..", "...", "a.b", "a.b.c", "é.é.é", "\ud800", "a" * 999], ids=example_id)
async def test_text_that_is_not_a_token_is_rejected_without_a_request_to_the_issuer(issuer, token):
    assert await refused(issuer, token)
    assert issuer.requests == []


@pytest.mark.parametrize("claims", [b"[]", b"null", b"7", b"[" * 5_000, b'{"exp":' + b"9" * 5_000 + b"}", b"\xff"])
async def test_signed_claims_that_are_not_an_object_are_rejected(issuer, claims):
    assert await refused(issuer, signed(claims, "first", "first"))


async def test_without_the_issuers_keys_verification_is_an_outage(issuer):
    issuer.is_away = True
    with pytest.raises(UnavailableError):
        await issuer.tokens().verify(issuer.mint())
