from itertools import pairwise

from local.machine import azurite
from local.machine.loopback import ANY_PORT, open_port
from local.machine.ports import Ports


def test_the_accounts_key_is_kept_with_the_data_and_for_its_owner_only(tmp_path):
    key = azurite._account_key(tmp_path)
    assert azurite._account_key(tmp_path) == key
    assert (tmp_path / "account.key").stat().st_mode & 0o077 == 0
    assert len({key, azurite._account_key(None), azurite._account_key(None)}) == 3


def test_the_storage_gets_the_fixed_ports(tmp_path):
    with open_port(ANY_PORT) as listener:
        free = listener.getsockname()[1]
    options = azurite._options(tmp_path, Ports({"queue": free}))
    assert ("--queuePort", str(free)) in pairwise(options)
    assert ("--blobPort", "0") in pairwise(options)


def test_clients_in_any_version_may_use_the_storage_of_up_and_tests_check_the_version(tmp_path):
    assert "--skipApiVersionCheck" in azurite._options(tmp_path, Ports())
    assert "--skipApiVersionCheck" not in azurite._options(None, Ports())


def test_the_second_account_has_nothing_of_the_first():
    first = "AccountName=credits;AccountKey=k;TableEndpoint=http://127.0.0.1:1/credits;"
    assert azurite.second_account(first) == (
        "AccountName=credits2;AccountKey=k;TableEndpoint=http://127.0.0.1:1/credits2;"
    )
