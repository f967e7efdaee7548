import httpx
import jwt
import pytest

from local.stand_ins.issuer import DISCOVERY, KEYS, Issuer
from shared.kernel.ids import account_id

ACCOUNT = account_id("5f0c1f9e-0000-4000-8000-000000000001")
ADDRESS, SERVICE = "http://issuer", "http://service"


async def served(issuer):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer.app(SERVICE)), base_url=ADDRESS) as http:
        about = (await http.get(DISCOVERY)).json()
        assert about["jwks_uri"] == f"{ADDRESS}{KEYS}"
        return about["issuer"], jwt.PyJWKSet.from_dict((await http.get(KEYS)).json())


async def test_a_token_is_verified_with_the_documents_of_the_issuer(tmp_path):
    issuer = Issuer(tmp_path / "issuer.pem", ADDRESS, "api://us")
    token = issuer.mint(ACCOUNT, ["Credits.Read", "Calls.Authorise"])
    name, keys = await served(issuer)
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="api://us", issuer=name)
    assert (claims["tid"], claims["roles"]) == (ACCOUNT, ["Calls.Authorise", "Credits.Read"])
    assert claims["exp"] - claims["iat"] == 3600
    assert {"sub", "oid", "nbf"} <= claims.keys()


async def test_the_key_is_stored_between_runs_with_restricted_permissions(tmp_path):
    file = tmp_path / "issuer.pem"
    token = Issuer(file, ADDRESS, "api://us").mint(ACCOUNT, [])
    _, keys = await served(Issuer(file, ADDRESS, "api://us"))
    assert jwt.get_unverified_header(token)["kid"] == keys.keys[0].key_id
    _, foreign = await served(Issuer(tmp_path / "other.pem", ADDRESS, "api://us"))
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, foreign.keys[0], algorithms=["RS256"], audience="api://us")
    assert file.stat().st_mode & 0o077 == 0
