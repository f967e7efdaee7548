"""Credits.Operate of a customer's tenant authorises nothing, because its own administrator could assign that role."""

from dataclasses import replace

import pytest

from shared.service.operators import OperatorTenants
from tests.fakes.world import ACCOUNT
from tests.functions.requests import MANAGE, OPERATE, READ
from tests.functions.test_routes import CONTRACT, WITH_A_TOKEN, path
from tests.tenant import OTHER

HOME = "5f0c1f9e-0000-4000-8000-0000000000aa"
OPERATED = [route for route in WITH_A_TOKEN if OPERATE in CONTRACT[route]]


@pytest.fixture
def api(api):
    api.services = replace(api.services, operators=OperatorTenants.read(HOME))
    return api


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize("route", OPERATED, ids=" ".join)
@pytest.mark.parametrize("account", [OTHER, ACCOUNT], ids=["its own account", "another's account"])
async def test_a_customers_operate_role_is_refused_on_every_operator_route(api, route, account):
    answer = await api.request(route[0], path(route, account), roles=(OPERATE,), tenant=OTHER)
    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize("route", OPERATED, ids=" ".join)
async def test_a_token_of_the_operators_tenant_is_authorised(api, tenant, route):
    assert (await api.request(route[0], path(route, tenant.account), roles=(OPERATE,), tenant=HOME)).status != 403


async def test_the_refusal_says_that_the_tenant_may_be_the_reason(api):
    answer = await api.request("GET", "suspense", roles=(OPERATE,), tenant=OTHER)
    assert answer.json["detail"] == (
        "the token lacks the role Credits.Operate, or its tenant does not operate this service"
    )


async def test_the_customers_other_roles_are_accepted(api, tenant):
    options = {"roles": (READ, MANAGE, OPERATE), "tenant": tenant.account}
    assert (await api.request("GET", f"accounts/{tenant.account}", **options)).status == 200
    assert (await api.request("GET", "rate-cards", **options)).status == 200


async def test_without_listed_tenants_nobody_may_operate(api, world):
    api.services = replace(api.services, operators=OperatorTenants())
    answer = await api.request(
        "PUT", "rate-cards/default/versions/2026-03-01T00:00:00Z", roles=(OPERATE,), body=b"prefix"
    )
    assert answer.status == 403
    assert len(await world.rates.versions()) == 1
