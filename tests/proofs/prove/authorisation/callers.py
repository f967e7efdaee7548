"""Callers: valid tokens with each role and with none, and every kind of invalid token."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local.clock import real_now
from tests.proofs.prove.authorisation.issuer import KID, TenantsIssuer

READ, MANAGE, AUTHORISE, SEND, OPERATE = ROLES = (
    *("Credits.Read", "Credits.Manage", "Calls.Authorise", "Usage.Send"),
    "Credits.Operate",
)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of *authorization*. *tenant* is None if that is invalid. *roles* are those the service must accept."""

    name: str
    authorization: str
    tenant: str | None
    roles: frozenset[str]


def callers(issuer: TenantsIssuer, operator: str, customer: str) -> Iterator[Caller]:
    """Every caller. Credits.Operate is accepted from the tenant *operator* only, not from *customer*."""
    yield Caller("no token", "", None, frozenset())
    yield Caller("another scheme", "Basic YW5uOnNlY3JldA==", None, frozenset())
    for name, token in _forged(issuer, operator):
        yield Caller(name, f"Bearer {token}", None, frozenset())
    for whose, tenant, counting in (("operator's", operator, ROLES), ("customer's", customer, ROLES[:-1])):
        for roles in ((), *((role,) for role in ROLES), ROLES):
            token = issuer.sign(issuer.claims(tenant, list(roles)), issuer.key)
            words = " and ".join(roles) if len(roles) < len(ROLES) else "every role"
            counted = frozenset(roles) & frozenset(counting)
            yield Caller(f"the {whose} token with {words or 'no role'}", f"Bearer {token}", tenant, counted)
    for name, odd in (("text", OPERATE), ("an object", {OPERATE: True})):
        token = issuer.sign(issuer.claims(operator, odd), issuer.key)
        yield Caller(f"roles as {name}", f"Bearer {token}", operator, frozenset())


def _forged(issuer: TenantsIssuer, tenant: str) -> Iterator[tuple[str, str]]:
    """Invalid tokens; each claims every role of the operators' tenant."""
    now, good = real_now(), issuer.claims(tenant, list(ROLES))
    yield "garbage", "x" * 40
    yield "the algorithm none", f"{_part({'alg': 'none', 'kid': KID})}.{_part(good)}."
    yield "HS256 with the public key", _signed_with_the_public_key(issuer, good)
    yield "a stranger's key", issuer.sign(good, issuer.unpublished_key)
    yield "a stranger's key under its own id", issuer.sign(good, issuer.unpublished_key, "of-a-stranger")
    whole = issuer.sign(good, issuer.key)
    yield "changed claims", ".".join((whole.split(".")[0], _part({**good, "oid": "root"}), whole.split(".")[2]))
    for name, other in (
        ("expired", {"exp": now - DAY}),
        ("not yet valid", {"nbf": now + DAY}),
        ("another audience", {"aud": "api://another"}),
        ("another issuer", {"iss": "https://login.example/v2.0"}),
        ("another tenant's issuer", {"iss": issuer.of("00000000-0000-4000-8000-00000000dead")}),
        ("a tid that is a number", {"tid": 7}),
        ("a tid that is a list", {"tid": [tenant]}),
        ("a tid that is no GUID", {"tid": "contoso"}),
    ):
        yield name, issuer.sign({**good, **other}, issuer.key)
    for name in ("exp", "iat", "tid"):
        yield f"no {name}", issuer.sign({claim: value for claim, value in good.items() if claim != name}, issuer.key)


def _signed_with_the_public_key(issuer: TenantsIssuer, claims: object) -> str:
    secret = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = f"{_part({'alg': 'HS256', 'kid': KID})}.{_part(claims)}"
    return f"{body}.{_encoded(hmac.new(secret, body.encode(), hashlib.sha256).digest())}"


def _part(facts: object) -> str:
    return _encoded(json.dumps(facts, default=lambda at: int(at.timestamp())).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
