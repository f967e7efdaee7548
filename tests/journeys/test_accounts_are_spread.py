"""Tenants in two storage accounts: calls, balances and the audit work as with one."""

from contextlib import asynccontextmanager

import pytest
from azure.data.tables import TableServiceClient

from local.machine.azurite import azurite, second_account
from shared.adapters.clock import SystemClock
from shared.ports import UnavailableError
from shared.settings import read_settings
from shared.use_cases.accounts.audit_accounts import audit_accounts
from shared.use_cases.usage.record_usage import record_usage
from shared.wiring.composition import opened
from shared.wiring.names import ACCOUNTS, LEDGER
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.services import NewAccount, create_tables_and_queues, open_account, publish, settings_for

CALLS = 40


@pytest.fixture(scope="module")
def two_accounts(tmp_path_factory):
    """Two storage accounts for these tests only, because the audit reads everything."""
    with azurite(tmp_path_factory.mktemp("azurite"), None) as connection:
        yield connection


@pytest.fixture
def storage(two_accounts):
    """Both without any row of an earlier test; nothing reads the messages in the queues."""
    yield two_accounts
    for connection in (two_accounts, second_account(two_accounts)):
        with TableServiceClient.from_connection_string(connection) as tables:
            for table in list(tables.list_tables()):
                tables.delete_table(table.name)


@asynccontextmanager
async def service(connection, spread):
    async with opened(
        read_settings({**settings_for(connection), "CreditsStorage__spread": spread}), SystemClock()
    ) as services:
        yield services


def tenants(connection):
    """The accounts with rows in that storage account."""
    with TableServiceClient.from_connection_string(connection) as tables:
        return {row["PartitionKey"] for row in tables.get_table_client(LEDGER).list_entities(select="PartitionKey")}


def lose_row(connection, account):
    """Delete *account* from the register."""
    with TableServiceClient.from_connection_string(connection) as tables:
        register = tables.get_table_client(ACCOUNTS)
        register.delete_entity("accounts", account)


async def test_old_tenants_stay_and_new_ones_are_placed_in_the_further_account(storage):
    other = second_account(storage)
    await create_tables_and_queues(storage)
    await create_tables_and_queues(other)
    async with service(storage, "") as services:
        await publish(services)
        calls = Calls(1, services.clock.now())
        old, *new = calls.accounts(3)
        await open_account(services, NewAccount(old, 2, None))
    async with service(storage, f"two={other}") as services:
        for account in new:
            await open_account(services, NewAccount(account, 2, None))
        for message in calls.messages([old, *new], CALLS):
            await record_usage(services, message)
        assert await audit_accounts(services) == []
        sequences = [(await services.book(account)).position.sequence for account in (old, *new)]
    assert min(sequences) > 2
    assert tenants(storage) == {old}
    assert tenants(other) == set(new)


async def test_a_process_without_the_further_account_gives_no_wrong_answers(storage):
    other = second_account(storage)
    await create_tables_and_queues(storage)
    await create_tables_and_queues(other)
    async with service(storage, f"two={other}") as services:
        await publish(services)
        calls = Calls(2, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, NewAccount(account, 1, None))
        before = await services.book(account)
    async with service(storage, "") as services:
        with pytest.raises(UnavailableError, match="CreditsStorage__spread"):
            await open_account(services, NewAccount(account, 1, None))
        [message] = calls.messages([account], 1)
        with pytest.raises(UnavailableError):
            await record_usage(services, message)
        with pytest.raises(UnavailableError):
            await audit_accounts(services)
    async with service(storage, f"two={other}") as services:
        assert await services.book(account) == before
    assert tenants(storage) == set()


async def test_an_unregistered_account_is_not_opened_again_elsewhere(storage):
    other = second_account(storage)
    await create_tables_and_queues(storage)
    await create_tables_and_queues(other)
    async with service(storage, "") as services:
        await publish(services)
        [account] = Calls(3, services.clock.now()).accounts(1)
        await open_account(services, NewAccount(account, 1, None))
        before = await services.book(account)
    lose_row(storage, account)
    async with service(storage, f"two={other}") as services:
        await open_account(services, NewAccount(account, 0, None))
        assert await services.book(account) == before
        assert await audit_accounts(services) == []
