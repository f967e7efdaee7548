import jwt
import pytest

from local.commands import token
from local.commands.roles import ROLES
from local.machine.running_instance import NotRunningError, RunningInstance
from shared.service.roles import Role, accepted

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"


@pytest.fixture
def running(tmp_path, monkeypatch):
    instance = RunningInstance("http", "storage", "clock", "logs", "issuer", "audience", str(tmp_path / "issuer.pem"))
    monkeypatch.setattr(token, "find_running_instance", lambda _state: instance)


@pytest.mark.usefixtures("running")
def test_the_token_is_the_last_line_and_has_the_roles(capsys):
    assert token.run(["--account", ACCOUNT.upper(), *(part for role in ROLES for part in ("--role", role))]) == 0
    claims = jwt.decode(capsys.readouterr().out.splitlines()[-1], options={"verify_signature": False})
    assert (claims["tid"], claims["roles"]) == (ACCOUNT, sorted(ROLES))


@pytest.mark.usefixtures("running")
def test_an_unknown_role_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as ended:
        token.run(["--account", ACCOUNT, "--role", "Credits.Reed"])
    message = capsys.readouterr().err.splitlines()[-1]
    assert ended.value.code == 2
    assert message.endswith(f"unknown role 'Credits.Reed'; the roles are {', '.join(ROLES)}")


def test_every_role_that_the_service_requires_is_known():
    required = set().union(*map(accepted, Role))
    assert {"Credits.Read", "Credits.Manage", "Calls.Authorise"} <= required <= set(ROLES)


def test_without_a_running_service_there_is_no_token(monkeypatch, capsys):
    def nothing(_state):
        raise NotRunningError("no service runs")

    monkeypatch.setattr(token, "find_running_instance", nothing)
    assert token.run(["--account", ACCOUNT, "--role", "Credits.Read"]) == 1
    assert capsys.readouterr() == ("", "no service runs\n")
