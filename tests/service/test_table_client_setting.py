"""The setting `Tables__client` chooses the client of every table, and a client that does not exist stops the start."""

from uuid import uuid4

import pytest
from azure.data.tables.aio import TableClient

from shared.adapters.clock import SystemClock
from shared.adapters.storage.azure_tables import table_service
from shared.kernel.ids import AccountId
from shared.settings import TableClientName
from shared.wiring.composition import TABLE_CLIENTS, opened
from shared.wiring.names import CARD_ATTEMPTS
from tests.reading_settings import settings_of


@pytest.mark.parametrize(
    ("environment", "client"),
    [
        ({}, TableClientName.LEAN),
        ({"Tables__client": ""}, TableClientName.LEAN),
        ({"Tables__client": "lean"}, TableClientName.LEAN),
        ({"Tables__client": " sdk "}, TableClientName.SDK),
    ],
)
def test_it_is_lean_unless_the_setting_says_sdk(environment, client):
    assert settings_of(**environment).table_client is client


@pytest.mark.parametrize("text", ["SDK", "fast", "lean,sdk", "1", "true"])
def test_any_other_value_is_refused(text):
    with pytest.raises(ValueError, match="Tables__client is lean or sdk"):
        settings_of(Tables__client=text)


def test_every_client_that_the_setting_can_name_exists():
    assert set(TABLE_CLIENTS) == set(TableClientName)


@pytest.mark.parametrize(("name", "by_sdk"), [("lean", 0), ("sdk", 1)])
async def test_the_services_write_with_the_client_that_the_setting_names(azurite, monkeypatch, name, by_sdk):
    async with table_service(azurite) as tables:
        await tables.create_table_if_not_exists(CARD_ATTEMPTS)
    submitted, real = [], TableClient.submit_transaction

    async def submit(client, operations, **options):
        submitted.append(client.table_name)
        return await real(client, operations, **options)

    monkeypatch.setattr(TableClient, "submit_transaction", submit)
    clock = SystemClock()
    async with opened(settings_of(CreditsStorage=azurite, Tables__client=name), clock) as services:
        assert await services.card_attempts.admit(AccountId(str(uuid4())), "attempt", clock.now()) is None
    assert submitted == [CARD_ATTEMPTS] * by_sdk
