"""The routes of CONTRACT 2 and their roles."""

import pytest

from shared.wiring.names import QUEUES
from tests.functions.requests import AUTHORISE, MANAGE, OPERATE, READ, ROLES, SEND, routes, triggers
from tests.tenant import OTHER

OF_AN_ACCOUNT = "v1/accounts/{}"

CONTRACT = {
    ("POST", "v1/accounts"): (OPERATE,),
    ("GET", "v1/accounts"): (OPERATE,),
    ("GET", OF_AN_ACCOUNT): (READ,),
    ("DELETE", OF_AN_ACCOUNT): (OPERATE,),
    ("GET", f"{OF_AN_ACCOUNT}/balance"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/lots"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/movements"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/movements/{{}}"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/purchases"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/purchases"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/purchases/{{}}"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/purchases/{{}}/cancel"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/refunds"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/refunds"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/refunds/{{}}"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/grants"): (OPERATE,),
    ("GET", f"{OF_AN_ACCOUNT}/auto-recharge"): (READ,),
    ("PUT", f"{OF_AN_ACCOUNT}/auto-recharge"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/brake"): (READ,),
    ("PUT", f"{OF_AN_ACCOUNT}/brake"): (MANAGE,),
    ("POST", f"{OF_AN_ACCOUNT}/brake/release"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/payment-methods"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/payment-methods"): (MANAGE,),
    ("POST", f"{OF_AN_ACCOUNT}/payment-methods/setup"): (MANAGE,),
    ("PUT", f"{OF_AN_ACCOUNT}/payment-methods/{{}}"): (MANAGE,),
    ("DELETE", f"{OF_AN_ACCOUNT}/payment-methods/{{}}"): (MANAGE,),
    ("POST", f"{OF_AN_ACCOUNT}/calls/{{}}/authorise"): (AUTHORISE,),
    ("POST", f"{OF_AN_ACCOUNT}/calls/{{}}/extend"): (AUTHORISE,),
    ("POST", f"{OF_AN_ACCOUNT}/calls/{{}}/release"): (AUTHORISE,),
    ("GET", f"{OF_AN_ACCOUNT}/holds"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/pools"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/service-numbers"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/service-numbers"): (MANAGE,),
    ("DELETE", f"{OF_AN_ACCOUNT}/service-numbers/{{}}"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/eligibility"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/subscriptions"): (READ,),
    ("PUT", f"{OF_AN_ACCOUNT}/subscriptions"): (MANAGE,),
    ("POST", f"{OF_AN_ACCOUNT}/exemptions"): (OPERATE,),
    ("POST", f"{OF_AN_ACCOUNT}/movements/{{}}/reverse"): (OPERATE,),
    ("GET", f"{OF_AN_ACCOUNT}/licences"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/licences/{{}}"): (READ,),
    ("PUT", f"{OF_AN_ACCOUNT}/licences/{{}}"): (MANAGE,),
    ("DELETE", f"{OF_AN_ACCOUNT}/licences/{{}}"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/post-usage"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/post-usage"): (MANAGE,),
    ("DELETE", f"{OF_AN_ACCOUNT}/post-usage"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/accruals/{{}}"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/administrators"): (READ,),
    ("PUT", f"{OF_AN_ACCOUNT}/administrators"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/alerts"): (READ,),
    ("PUT", f"{OF_AN_ACCOUNT}/alerts"): (MANAGE,),
    ("GET", f"{OF_AN_ACCOUNT}/notices"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/usage"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/calls"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/statements/{{}}"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/forecast"): (READ,),
    ("GET", f"{OF_AN_ACCOUNT}/advice"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/advice"): (READ,),
    ("POST", f"{OF_AN_ACCOUNT}/what-if"): (READ,),
    **{
        ("GET", f"{OF_AN_ACCOUNT}/{report}.{form}"): (READ,)
        for report in ("usage", "calls", "movements", "lots", "statements/{}")
        for form in ("csv", "xlsx")
    },
    ("GET", f"{OF_AN_ACCOUNT}/statements/{{}}.proof"): (READ,),
    ("GET", "v1/verify_statement.py"): (),
    ("POST", f"{OF_AN_ACCOUNT}/reconciliations"): (OPERATE,),
    ("GET", f"{OF_AN_ACCOUNT}/reconciliations"): (OPERATE,),
    ("GET", f"{OF_AN_ACCOUNT}/reconciliations/{{}}"): (OPERATE,),
    ("GET", f"{OF_AN_ACCOUNT}/reconciliations/{{}}.xlsx"): (OPERATE,),
    ("POST", "v1/rates/lookup"): (READ, OPERATE),
    ("GET", "v1/rate-cards"): (READ, OPERATE),
    ("PUT", "v1/rate-cards/{}/versions/{}"): (OPERATE,),
    ("GET", "v1/plans"): (READ,),
    ("POST", "v1/usage"): (OPERATE, SEND),
    ("GET", "v1/usage/{}"): (OPERATE, SEND),
    ("PUT", "v1/usage-profiles/{}"): (OPERATE,),
    ("GET", "v1/usage.schema.json"): (),
    ("GET", "v1/suspense"): (OPERATE,),
    ("POST", "v1/suspense/{}/replay"): (OPERATE,),
    ("POST", "v1/suspense/{}/accept"): (OPERATE,),
    ("POST", "v1/suspense/{}/dismiss"): (OPERATE,),
    ("POST", "v1/webhooks/stripe"): (),
}
"""Every route with its permitted roles; without roles no token is required."""

TO_BE_BUILT: set[tuple[str, str]] = set()
"""Routes of the contract that do not exist yet."""

OUTSIDE_V1 = {
    ("GET", "openapi.json"),
    ("GET", "docs"),
    ("GET", "docs/{}"),
    ("GET", "portal"),
    ("GET", "portal/signed-in"),
    ("GET", "portal/{}"),
    ("GET", "portal/{}/{}"),
    ("GET", "portal/{}/{}/{}"),
    *((method, "{}") for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")),
}
"""The interface's description; and everything else, which is answered as unknown, or as a browser's preflight."""

BUILT = sorted(set(CONTRACT) - TO_BE_BUILT)
WITH_A_TOKEN = [route for route in BUILT if CONTRACT[route]]
OF_ACCOUNTS = [route for route in WITH_A_TOKEN if route[1].startswith(OF_AN_ACCOUNT)]


def path(route, account=OTHER):
    """A path of *route* without the version."""
    return route[1].removeprefix("v1/").replace("accounts/{}", f"accounts/{account}").replace("{}", "x")


def test_the_app_has_exactly_the_routes_of_the_contract():
    assert sorted(routes()) == sorted([*BUILT, *OUTSIDE_V1])


@pytest.mark.parametrize("route", WITH_A_TOKEN, ids=" ".join)
async def test_without_a_token_every_route_refuses(api, route):
    answer = await api.request(route[0], path(route), headers={"Authorization": ""})
    assert (answer.status, answer.code) == (401, "unauthenticated")


@pytest.mark.parametrize("route", WITH_A_TOKEN, ids=" ".join)
@pytest.mark.parametrize("role", ROLES)
async def test_each_route_accepts_its_role_only(api, route, role):
    answer = await api.request(route[0], path(route), roles=(role,), tenant=OTHER)
    assert (answer.status != 403) is (role in CONTRACT[route])


@pytest.mark.parametrize("route", WITH_A_TOKEN, ids=" ".join)
async def test_a_token_without_roles_is_forbidden_everywhere(api, route):
    assert (await api.request(route[0], path(route), roles=())).code == "forbidden"
    assert (await api.request(route[0], path(route), roles=("credits.read", "*", "Owner"))).code == "forbidden"


@pytest.mark.parametrize("route", [route for route in OF_ACCOUNTS if OPERATE not in CONTRACT[route]], ids=" ".join)
async def test_another_tenants_account_looks_like_an_unknown_one(api, tenant, route):
    """Independent of other errors in the request."""
    answers = []
    for account in (tenant.account, "5f0c1f9e-0000-4000-8000-00000000dead", "contoso", "%00", "x" * 3_000):
        answer = await api.request(
            route[0], path(route, account), tenant=OTHER, body={"amount": 7}, headers={"Idempotency-Key": "key"}
        )
        shown = answer.json
        assert shown.pop("correlationId")
        assert tenant.account not in answer.body.decode()
        answers.append((answer.status, shown))
    assert answers[0][0] == 404
    assert answers == answers[:1] * len(answers)


SEEN_BY_OPERATORS = {("GET", f"{OF_AN_ACCOUNT}/reconciliations")}
"""What every account has, so that operators see it of a foreign account, too."""


@pytest.mark.parametrize(
    "route", [route for route in OF_ACCOUNTS if route[0] == "GET" and route not in SEEN_BY_OPERATORS], ids=" ".join
)
async def test_an_unopened_own_account_looks_like_an_unknown_one(api, tenant, route):
    own = (await api.request(route[0], path(route), tenant=OTHER)).json
    foreign = (await api.request(route[0], path(route, tenant.account), tenant=OTHER)).json
    del own["correlationId"], foreign["correlationId"]
    assert own == foreign


def test_every_queue_and_its_poison_has_one_reader():
    read = [trigger["queueName"] for trigger in triggers("queueTrigger").values()]
    assert len(read) == len(set(read))
    assert set(QUEUES) <= set(read)
    assert "usage-poison" in read
    assert all(trigger["connection"] == "CreditsStorage" for trigger in triggers("queueTrigger").values())


def test_every_timer_has_a_schedule_setting_and_none_fires_at_startup():
    timers = triggers("timerTrigger")
    assert set(timers) >= {"nightly_expiry", "recharge_retries", "nightly_audit"}
    assert all(timer["schedule"].strip("%").endswith("__schedule") for timer in timers.values())
    assert not any(timer["runOnStartup"] for timer in timers.values())
