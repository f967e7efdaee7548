import jwt
import pytest

from local.machine.running_instance import (
    AlreadyRunningError,
    NotRunningError,
    RunningInstance,
    find_running_instance,
    published,
    state_lock,
)
from local.stand_ins.issuer import private_key

ACCOUNT = "5f0c1f9e-0000-4000-8000-000000000001"


def instance(key="key"):
    return RunningInstance("http", "storage", "clock", "logs", "issuer", "audience", key)


def test_a_service_is_found_only_while_it_runs(tmp_path):
    state = tmp_path / "state"
    with pytest.raises(NotRunningError, match="no service runs"):
        find_running_instance(state)
    with state_lock(state):
        with pytest.raises(AlreadyRunningError), state_lock(state):
            pass
        with pytest.raises(NotRunningError, match="still starting"):
            find_running_instance(state)
        with published(state, instance()):
            assert find_running_instance(state) == instance()
            assert (state / "up.json").stat().st_mode & 0o077 == 0  # it has the storage's key
    (state / "up.json").write_text("left behind by a kill")
    with pytest.raises(NotRunningError, match="no service runs"):
        find_running_instance(state)


def test_its_tokens_are_signed_with_the_issuers_key(tmp_path):
    file = tmp_path / "issuer.pem"
    public = private_key(file).public_key()
    header = instance(str(file)).bearer(ACCOUNT, "Credits.Read")
    kind, _, token = header["Authorization"].partition(" ")
    claims = jwt.decode(token, public, algorithms=["RS256"], audience="audience", issuer="issuer")
    assert (kind, claims["tid"], claims["roles"]) == ("Bearer", ACCOUNT, ["Credits.Read"])
