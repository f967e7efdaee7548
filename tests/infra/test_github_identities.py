"""What `trust_github.sh` lets the workflows of a repository do, run with prepared answers of `az`."""

import json
import re

import pytest

from local.infra.checkers import INFRA
from tests.infra.fake_azure import Azure

INSTALLATION = "/subscriptions/sub-1/resourceGroups/rg-credits-trial"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    """All commands of `trust_github.sh`, each with its options."""
    azure = Azure(tmp_path_factory.mktemp("azure"))
    azure.answer(
        {
            "account show": "sub-1",
            "group create": "",
            "identity create": "",
            "identity federated-credential create": "",
            "identity show --resource-group ids --name github-credits-trial-what-if --query principalId": "looks",
            "identity show --resource-group ids --name github-credits-trial-what-if --query clientId": "looks-client",
            "identity show --resource-group ids --name github-credits-trial --query principalId": "changes",
            "identity show --resource-group ids --name github-credits-trial --query clientId": "changes-client",
            "role definition list": "",
            "role definition create": "",
            "role assignment create": "",
        }
    )
    done = azure.run("trust_github.sh", "trial", "contoso/credits", "ids")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "environment trial-what-if: AZURE_WHAT_IF_CLIENT_ID=looks-client",
        "environment trial: AZURE_DEPLOY_CLIENT_ID=changes-client",
    ]
    return [options(one["arguments"]) for one in azure.asked]


def options(arguments):
    """A command's words before its first option, and its options by name."""
    first = next(index for index, word in enumerate(arguments) if word.startswith("--"))
    return " ".join(arguments[:first]), dict(zip(arguments[first::2], arguments[first + 1 :: 2], strict=False))


def test_each_github_environment_has_its_own_identity(trusted):
    made = [given for command, given in trusted if command == "identity federated-credential create"]
    assert {one["--identity-name"]: one["--subject"] for one in made} == {
        "github-credits-trial-what-if": "repo:contoso/credits:environment:trial-what-if",
        "github-credits-trial": "repo:contoso/credits:environment:trial",
    }


def test_the_reading_identity_may_not_write_and_the_deploying_one_only_in_its_group(trusted):
    granted = [given for command, given in trusted if command == "role assignment create"]
    assert {(one["--assignee-object-id"], one["--role"].rpartition(": ")[2], one["--scope"]) for one in granted} == {
        ("looks", "Reader", INSTALLATION),
        ("looks", "what-if", "/subscriptions/sub-1"),
        ("changes", "deployments", "/subscriptions/sub-1"),
        ("changes", "Contributor", INSTALLATION),
        ("changes", "locks", INSTALLATION),
        ("changes", "Role Based Access Control Administrator", INSTALLATION),
    }
    own = [json.loads(given["--role-definition"]) for command, given in trusted if command == "role definition create"]
    actions = {role["Name"].rpartition(": ")[2]: role["Actions"] for role in own}
    assert set(actions) == {"what-if", "deployments", "locks"}
    assert all(role["AssignableScopes"] == ["/subscriptions/sub-1"] for role in own)
    assert not [action for action in actions["what-if"] if re.search(r"(?i)write|delete|\*|list.*/action", action)]
    assert not [action for action in (*actions["deployments"], *actions["locks"]) if "delete" in action.lower()]


def test_the_deploying_identity_can_assign_only_declared_roles(trusted):
    [condition] = [given["--condition"] for _, given in trusted if "--condition" in given]
    declared = sorted(json.loads((INFRA / "declared.json").read_text())["roleIds"].values())
    named = re.findall(r"@(Request|Resource)\[[\w./]+:RoleDefinitionId\] \w+:GuidEquals \{([^}]+)\}", condition)
    assert [(where, ids.split(", ")) for where, ids in named] == [("Request", declared), ("Resource", declared)]
    assert condition.startswith("((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[")
    assert ") AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (@Resource[" in condition


def test_an_existing_role_is_not_created_again(azure):
    azure.answer(
        {
            "account show": "sub-1",
            "group create": "",
            "identity": "an-id",
            "role definition list": "it is there",
            "role assignment create": "",
        }
    )
    assert azure.run("trust_github.sh", "trial", "contoso/credits", "ids").returncode == 0
    assert not [one for one in azure.asked if one["arguments"][:3] == ["role", "definition", "create"]]
