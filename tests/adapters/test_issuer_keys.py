"""The issuer's keys: fetched rarely, cached for an hour, new ones found quickly; forged key ids cause no requests."""

import asyncio

import pytest

from shared.adapters.identity.issuer_keys import KEPT_SECONDS, OUTAGE_PAUSE, UNKNOWN_KEY_PAUSE
from shared.adapters.identity.tokens import DISCOVERY
from shared.ports import BadTokenError, UnavailableError
from tests.adapters.issuer_server import published
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER

ONE_FETCH = [f"/common/v2.0{DISCOVERY}", "/keys"]


async def holds(tokens, token):
    try:
        return (await tokens.verify(token)).tenant == ACCOUNT
    except BadTokenError:
        return False


async def test_concurrent_requests_fetch_the_keys_once(issuer):
    tokens = issuer.tokens()
    assert all(await asyncio.gather(*(holds(tokens, issuer.mint()) for _ in range(20))))
    issuer.seconds += KEPT_SECONDS - 1
    assert await holds(tokens, issuer.mint())
    assert issuer.requests == ONE_FETCH


@pytest.mark.parametrize("end", ["", "/", "/X"])
async def test_the_discovery_document_is_read_directly_below_the_issuers_address(issuer, end):
    issuer.tenants_path = f"/{{tid}}/v2.0{end}"
    assert await holds(issuer.tokens(), issuer.mint())
    assert issuer.requests[0] == f"/common/v2.0{end.rstrip('/')}{DISCOVERY}"


async def test_forged_key_ids_do_not_cause_repeated_requests_to_the_issuer(issuer):
    tokens = issuer.tokens()
    assert await holds(tokens, issuer.mint())
    issuer.seconds += UNKNOWN_KEY_PAUSE
    found = await asyncio.gather(*(holds(tokens, issuer.mint(key="stranger", kid=f"forged-{n}")) for n in range(50)))
    assert not any(found)
    assert issuer.requests == ONE_FETCH * 2


async def test_a_new_key_is_fetched_when_a_token_has_its_id(issuer):
    tokens = issuer.tokens()
    assert await holds(tokens, issuer.mint())
    issuer.keys.append(published("second"))
    assert not await holds(tokens, issuer.mint(key="second")), "asked a moment ago"
    issuer.seconds += UNKNOWN_KEY_PAUSE
    assert await holds(tokens, issuer.mint(key="second"))
    assert await holds(tokens, issuer.mint())
    assert issuer.requests == ONE_FETCH * 2


async def test_a_withdrawn_key_is_accepted_for_an_hour_at_most(issuer):
    tokens = issuer.tokens()
    assert await holds(tokens, issuer.mint())
    issuer.keys[:] = [published("second")]
    issuer.seconds += KEPT_SECONDS
    assert not await holds(tokens, issuer.mint())
    assert await holds(tokens, issuer.mint(key="second"))


async def test_an_outage_of_the_issuer_is_cached_briefly(issuer):
    tokens, issuer.is_away = issuer.tokens(), True
    found = await asyncio.gather(*(tokens.verify(issuer.mint()) for _ in range(20)), return_exceptions=True)
    assert {type(each) for each in found} == {UnavailableError}
    assert issuer.requests == ONE_FETCH[:1]
    issuer.is_away = False
    issuer.seconds += OUTAGE_PAUSE
    assert await holds(tokens, issuer.mint())


async def test_known_keys_are_used_during_an_outage_of_the_issuer(issuer):
    tokens = issuer.tokens()
    assert await holds(tokens, issuer.mint())
    issuer.is_away = True
    issuer.seconds += UNKNOWN_KEY_PAUSE
    with pytest.raises(UnavailableError):
        await tokens.verify(issuer.mint(key="second"))
    assert await holds(tokens, issuer.mint())
    issuer.seconds += KEPT_SECONDS
    with pytest.raises(UnavailableError):
        await tokens.verify(issuer.mint())


async def test_an_unreachable_issuer_is_an_outage(issuer):
    issuer.about = {"jwks_uri": "http://127.0.0.1:9/keys"}
    with pytest.raises(UnavailableError):
        await issuer.tokens().verify(issuer.mint())


@pytest.mark.parametrize(
    "about", [b"", b"<html>", [], {}, None, {"jwks_uri": None}, {"jwks_uri": "keys"}, {"jwks_uri": "file:///etc/hosts"}]
)
async def test_an_invalid_discovery_document_is_an_outage(issuer, about):
    issuer.about = about
    with pytest.raises(UnavailableError):
        await issuer.tokens().verify(issuer.mint())


@pytest.mark.parametrize("keys", [[], None, {}, [None], [7], "first", [{"kty": "RSA", "kid": "first"}]])
async def test_a_key_set_without_a_key_is_an_outage(issuer, keys):
    issuer.keys = keys
    with pytest.raises(UnavailableError):
        await issuer.tokens().verify(issuer.mint())


@pytest.mark.parametrize(
    "odd", [{"kty": "oct", "k": "c2VjcmV0"}, {"use": "enc"}, {"kid": 7}, {"n": 7}, {"kty": "unheard-of"}], ids=str
)
async def test_a_key_that_is_not_for_signatures_is_ignored(issuer, odd):
    issuer.keys = [published("odd", **odd), published("first")]
    assert await holds(issuer.tokens(), issuer.mint())
    assert not await holds(issuer.tokens(), issuer.mint(key="odd"))


async def test_a_key_without_a_use_may_be_for_signatures(issuer):
    """RFC 7517, 4.2: an issuer may leave `use` out."""
    del issuer.keys[0]["use"]
    assert await holds(issuer.tokens(), issuer.mint())


async def test_a_key_of_one_tenant_is_not_valid_for_others(issuer):
    """A key set for many tenants may contain keys that belong to one tenant."""
    own = issuer.address + issuer.tenants_path
    issuer.keys = [
        published("first", issuer=own.replace("{tid}", "{tenantid}")),
        published("theirs", issuer=own.replace("{tid}", OTHER)),
    ]
    tokens = issuer.tokens()
    assert await holds(tokens, issuer.mint())
    assert not await holds(tokens, issuer.mint(key="theirs"))
    assert (await tokens.verify(issuer.mint(key="theirs", tid=OTHER, iss=own.replace("{tid}", OTHER)))).tenant == OTHER
