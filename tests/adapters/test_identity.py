"""Who opens a storage without a key."""

from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

from shared.settings import read_settings
from shared.wiring.clients import Identity

KEYLESS = {
    "CreditsStorage__tableServiceUri": "https://ledger.table.core.windows.net",
    "CreditsStorage__queueServiceUri": "https://ledger.queue.core.windows.net",
    "Payments__key": "sk_test_example",
    "Payments__webhookSecrets": "whsec_example",
    "Mail__endpoint": "https://mail.example",
    "Mail__sender": "DoNotReply@credits.example",
    "Tokens__issuer": "https://issuer.example",
    "Tokens__audience": "api://credits",
}


async def test_the_service_is_the_identity_that_its_settings_name_and_asks_for_it_once():
    identity = Identity(read_settings({**KEYLESS, "CreditsStorage__clientId": "0c9a0000-0000-4000-8000-000000000001"}))
    assert isinstance(identity(), ManagedIdentityCredential)
    assert identity() is identity()
    await identity.close()


async def test_without_one_it_is_whoever_is_signed_in():
    identity = Identity(read_settings(KEYLESS))
    assert isinstance(identity(), DefaultAzureCredential)
    await identity.close()


async def test_an_identity_that_was_not_needed_is_not_made():
    await Identity(read_settings(KEYLESS)).close()
