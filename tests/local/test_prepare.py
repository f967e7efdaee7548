import fcntl
import json
import re
from typing import Any

import pytest

from local import prepare
from local.machine.paths import AZURITE, ROOT


def test_a_step_is_skipped_while_its_lock_is_unchanged(tmp_path):
    lock = tmp_path / "lock"
    lock.write_text("a==1")
    done = []
    for content, version in [("a==1", "3.11"), ("a==1", "3.11"), ("a==2", "3.11"), ("a==2", "3.13")]:
        lock.write_text(content)
        prepare.run_unless_stamped(tmp_path, prepare.fingerprint(version, lock), lambda: done.append(lock.read_text()))
    assert done == ["a==1", "a==2", "a==2"]


def test_a_failed_step_is_repeated_next_time(tmp_path):
    prepare.run_unless_stamped(tmp_path, "old", lambda: None)

    def fails():
        raise prepare.NotReadyError

    with pytest.raises(prepare.NotReadyError):
        prepare.run_unless_stamped(tmp_path, "new", fails)
    assert not (tmp_path / prepare.STAMP).exists()


def test_a_failed_installer_says_what_to_do(tmp_path):
    with pytest.raises(prepare.NotReadyError, match=r"(?s)broken.*Then run \./dev again"):
        prepare.run(["sh", "-c", "echo broken; exit 3"], tmp_path, "Then run ./dev again")


@pytest.mark.parametrize(
    ("set_for_uv", "used"), [(False, "https://index.example/simple"), (True, "https://other.example")]
)
def test_the_index_of_pips_configuration_is_used_unless_uv_has_its_own(tmp_path, monkeypatch, set_for_uv, used):
    configuration = tmp_path / "pip.conf"
    configuration.write_text("[global]\nindex-url = https://index.example/simple\ncert = /etc/certificates.pem\n")
    for name in ("PIP_INDEX_URL", "PIP_CERT", "UV_DEFAULT_INDEX", "SSL_CERT_FILE", "UV_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    if set_for_uv:
        monkeypatch.setenv("UV_DEFAULT_INDEX", used)
    environment = prepare.uv_environment(ROOT)
    assert environment["UV_DEFAULT_INDEX"] == used
    assert environment["SSL_CERT_FILE"] == "/etc/certificates.pem"
    assert environment["UV_CACHE_DIR"] == str(ROOT / ".local" / "uv")


def put_onto_path(folder, monkeypatch, **versions):
    """Programs that print their version, on a PATH without any other."""
    for name, version in versions.items():
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        ({}, "`node` is not on the PATH"),
        ({"node": "v22.1.0"}, "`npm` is not on the PATH"),
        ({"node": "v18.19.0", "npm": "10"}, "node is v18.19.0"),
        ({"node": "", "npm": "10"}, "node is of an unknown version"),
    ],
)
def test_without_a_recent_node_the_message_says_what_to_install(tmp_path, monkeypatch, versions, message):
    put_onto_path(tmp_path, monkeypatch, **versions)
    with pytest.raises(prepare.NotReadyError, match=f"needs Node 20 or newer.*{message}.*Install it"):
        prepare.node_version()


def test_node_is_checked_before_python_packages_are_installed(tmp_path, monkeypatch, capsys):
    put_onto_path(tmp_path, monkeypatch)
    monkeypatch.setattr(prepare, "prepare_python", lambda _root: pytest.fail("installed Python packages first"))
    assert prepare.main(["up"]) == 1
    assert "needs Node 20 or newer" in capsys.readouterr().err


def test_with_node_everything_is_prepared_and_the_command_runs(tmp_path, monkeypatch):
    put_onto_path(tmp_path, monkeypatch, node="v22.1.0", npm="10")
    prepared: list[Any] = []
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "prepare_python", lambda _root: prepared.append("Python"))
    monkeypatch.setattr(prepare, "prepare_azurite", lambda _root, node: prepared.append(f"Azurite on {node}"))
    monkeypatch.setattr("os.chdir", lambda _folder: None)
    monkeypatch.setattr("os.execv", lambda _python, command: prepared.append(command[1:]))
    prepare.main(["up", "--json"])
    assert sorted(prepared[:-1]) == ["Azurite on v22.1.0", "Python"]
    assert prepared[-1] == ["-m", "local", "up", "--json"]


def test_without_azurite_no_command_runs(tmp_path, monkeypatch, capsys):
    def fails(_root, _node):
        raise prepare.NotReadyError("npm could not install Azurite")

    put_onto_path(tmp_path, monkeypatch, node="v22.1.0", npm="10")
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "prepare_python", lambda _root: None)
    monkeypatch.setattr(prepare, "prepare_azurite", fails)
    monkeypatch.setattr("os.execv", lambda _python, _command: pytest.fail("ran the command"))
    assert prepare.main(["up"]) == 1
    assert "npm could not install Azurite" in capsys.readouterr().err


def test_concurrent_preparations_wait_for_each_other(tmp_path):
    with (
        prepare.preparation_lock(tmp_path),
        (tmp_path / ".local" / "prepare.lock").open("w") as other,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_locks_have_hashes_and_no_registry_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lock = (ROOT / name).read_text()
        assert "://" not in lock
        pinned = re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)
        assert len(pinned) > 20
        assert lock.count("--hash=sha256:") > len(pinned)
    installer = (ROOT / prepare.INSTALLER_LOCK).read_text()
    assert re.findall(r"^([a-z0-9-]+)==", installer, re.MULTILINE) == ["uv"]
    assert installer.count("--hash=sha256:") > 10  # one for each system
    lock = json.loads((AZURITE / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in package for package in lock.values())
    assert all("integrity" in package for path, package in lock.items() if path)
    assert lock["node_modules/azurite"]["version"] == "3.35.0"


def test_tested_and_deployed_versions_are_the_same():
    deployed, tested = (
        set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert deployed <= tested
