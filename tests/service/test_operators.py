"""The setting that lists the tenants whose Credits.Operate is accepted."""

import pytest

from shared.ports import Principal
from shared.service.operators import OperatorTenants
from shared.settings import read_settings
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER

NEEDED = {
    "CreditsStorage": "UseDevelopmentStorage=true",
    "Payments__key": "sk_test_example",
    "Payments__webhookSecrets": "whsec_example",
    "Mail__endpoint": "https://mail.example",
    "Mail__sender": "DoNotReply@credits.example",
    "Tokens__issuer": "https://issuer.example",
    "Tokens__audience": "api://credits",
}


def roles_of(text, tenant=ACCOUNT):
    """The accepted roles of a token of *tenant* with two roles."""
    principal = Principal(tenant, frozenset({"Credits.Read", "Credits.Operate"}), "ann")
    operators = read_settings({**NEEDED, **({} if text is None else {"Tokens__operatorTenants": text})})
    return operators.operator_tenants.without_foreign_operate(principal).roles


@pytest.mark.parametrize("text", [None, "", " ", OTHER])
def test_an_unlisted_tenant_keeps_every_other_role(text):
    assert roles_of(text) == {"Credits.Read"}


@pytest.mark.parametrize("text", [ACCOUNT, ACCOUNT.upper(), f" {OTHER} , {ACCOUNT} ", "*", " * "])
def test_a_listed_tenant_may_operate(text):
    assert roles_of(text) == {"Credits.Read", "Credits.Operate"}


@pytest.mark.parametrize(
    "text",
    ["any", "**", f"*,{ACCOUNT}", f"{ACCOUNT},*", f"{ACCOUNT},", ",", f"{ACCOUNT};{OTHER}", ACCOUNT[:-1], "null"],
)
def test_a_malformed_list_is_rejected_with_the_settings_name(text):
    with pytest.raises(ValueError, match="Tokens__operatorTenants"):
        roles_of(text)


def test_by_default_no_tenant_may_operate():
    assert OperatorTenants() == OperatorTenants.read("")
