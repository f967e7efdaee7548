"""The commands of docs/deploy.md, run unchanged with prepared answers of `az` and local storage."""

import json
import re
from uuid import uuid4

import pytest

from local.infra.checkers import INFRA
from local.machine.machine import Machine
from local.machine.paths import ROOT
from shared.service.roles import ANY_OF, Role

API = json.loads((INFRA / "api.json").read_text())


@pytest.fixture(scope="module")
def machine():
    """One machine for all scripts; each test has a tenant of its own."""
    with Machine.start(None) as running:
        yield running


def test_the_first_debit_script_can_be_run_twice(azure, machine):
    tenant = str(uuid4())
    azure.answer(
        {
            "functionapp list": "func-credits.example",
            "storage account list": "stcrledger",
            "account show": tenant,
            "account get-access-token": machine.token(tenant, "Credits.Read", "Credits.Operate"),
        },
        machine.storage,
    )
    where = {"CREDITS_AUDIENCE": "app-id", "CREDITS_HTTP": machine.http, "CREDITS_LOOK_SECONDS": "0.2"}
    runs = [azure.run("first_debit.sh", "trial", **where) for _ in range(2)]
    assert [done.returncode for done in runs] == [0, 0], runs[0].stderr + runs[1].stderr
    assert runs[0].stdout.splitlines() == [
        "published: the sample rate card",
        "granted: 5.000000 USD can be spent",
        "reported: a call of one minute to London",
        "debited: 4.988000 USD are left",
    ]
    assert runs[1].stdout.splitlines()[-1] == "debited: 9.976000 USD are left"
    assert all("rg-credits-trial" in " ".join(one["arguments"]) for one in azure.asked if "list" in one["arguments"])


def test_a_refused_token_ends_the_first_debit_script_with_the_answer(azure, machine):
    azure.answer(
        {
            "functionapp list": "func-credits.example",
            "storage account list": "stcrledger",
            "account show": str(uuid4()),
            "account get-access-token": "no-token",
        }
    )
    done = azure.run("first_debit.sh", "trial", CREDITS_AUDIENCE="app-id", CREDITS_HTTP=machine.http)
    assert done.returncode == 1
    assert "answered with 401" in done.stderr
    assert "unauthenticated" in done.stderr


def test_registering_prints_the_variables_of_the_parameter_files(azure):
    azure.answer(
        {
            "ad app list": "",
            "ad app create": "app-id",
            "ad sp list": "",
            "ad sp create": "service-id",
            "ad signed-in-user show": "me",
            "account show": "home-tenant",
            "rest --method PATCH": "",
            "rest --method GET": next(role["id"] for role in API["appRoles"] if role["value"] == "Credits.Read"),
            "rest --method POST": "",
        }
    )
    done = azure.run("register.sh")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "export CREDITS_AUDIENCE=app-id",
        "export CREDITS_ISSUER='https://login.microsoftonline.com/{tid}/v2.0'",
        "export CREDITS_OPERATOR=me",
        "export CREDITS_OPERATOR_TENANTS=home-tenant",
    ]
    rest = [one["arguments"] for one in azure.asked if one["arguments"][0] == "rest"]
    bodies = [arguments[arguments.index("--body") + 1] for arguments in rest if "--body" in arguments]
    assert json.loads(bodies[0])["api"]["preAuthorizedApplications"] == []
    assert bodies[1] == f"@{INFRA / 'api.json'}"
    assert [json.loads(body)["appRoleId"] for body in bodies[2:]] == [
        role["id"] for role in API["appRoles"] if role["value"] == "Credits.Operate"
    ], "the role that is held already is not given again"


def test_the_registered_api_has_the_roles_that_the_routes_require():
    assert {role["value"] for role in API["appRoles"]} == {str(role) for role in Role} - {str(role) for role in ANY_OF}
    assert API["api"]["requestedAccessTokenVersion"] == 2, "the issuer ends in /v2.0"


STRIPE = {"keyvault list": "kv-credits", "functionapp list": "/subscriptions/s/sites/app", "rest --method POST": ""}


def test_secrets_are_piped_and_are_in_no_command_line(azure):
    azure.answer({**STRIPE, "keyvault secret set": ""})
    done = azure.run("stripe.sh", "trial", typed="key-of-stripe\nsecret-of-webhooks\n")
    assert done.returncode == 0, done.stderr
    put = [one for one in azure.asked if one["arguments"][:3] == ["keyvault", "secret", "set"]]
    assert [one["piped"] for one in put] == ["key-of-stripe", "secret-of-webhooks"]
    assert all("of-" not in " ".join(one["arguments"]) for one in azure.asked)
    assert "of-" not in done.stdout + done.stderr
    assert "/sites/app/config/configreferences/appsettings/refresh" in azure.asked[-1]["arguments"][4]


def test_an_empty_line_keeps_the_existing_secret(azure):
    azure.answer({**STRIPE, "keyvault secret set": ""})
    assert azure.run("stripe.sh", "trial", typed="\nsecret-of-webhooks\n").returncode == 0
    put = [one for one in azure.asked if "set" in one["arguments"]]
    assert [one["arguments"][one["arguments"].index("--name") + 1] for one in put] == ["payments-webhook-secrets"]


def test_the_smoke_test_checks_functions_and_a_rejected_token(azure, machine):
    names = [
        name
        for path in sorted((ROOT / "functions").glob("[a-z]*.py"))
        for name in re.findall(r'function_name\("(\w+)"\)', path.read_text())
    ]
    said = {
        "functionapp list": "func-credits",
        "functionapp function list": "\n".join(f"func-credits/{n}" for n in names),
    }
    where = {"CREDITS_HTTP": machine.http, "CREDITS_LOOK_SECONDS": "0", "CREDITS_LOOKS": "2"}
    azure.answer(said)
    good = azure.run("smoke.sh", "trial", **where)
    azure.answer({**said, "functionapp function list": "\n".join(f"func-credits/{n}" for n in names[1:])})
    one_missing = azure.run("smoke.sh", "trial", **where)
    azure.answer(said)
    with Machine.start(
        None, settings={"Payments__key": "@Microsoft.KeyVault(SecretUri=https://vault.example)"}
    ) as empty:
        where |= {"CREDITS_HTTP": empty.http}
        no_secret = azure.run("smoke.sh", "trial", **where)
    nobody_there = azure.run("smoke.sh", "trial", **where)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith(f"{len(names)} functions are there")
    assert one_missing.returncode == nobody_there.returncode == no_secret.returncode == 1
    assert '"status": 500' in no_secret.stderr
    assert names[0] in one_missing.stderr


def test_the_package_is_uploaded_without_a_remote_build(azure):
    azure.answer({"functionapp list": "func-credits", "functionapp deployment source config-zip": ""})
    assert azure.run("publish.sh", "trial").returncode == 0
    sent = " ".join(azure.asked[-1]["arguments"])
    assert "--name func-credits" in sent
    assert "dist/communications-credits.zip --build-remote false" in sent
