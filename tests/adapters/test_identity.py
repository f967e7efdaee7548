"""The identity that is used for storage without a key."""

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


async def test_the_configured_identity_is_used_and_created_once():
    identity = Identity(read_settings({**KEYLESS, "CreditsStorage__clientId": "0c9a0000-0000-4000-8000-000000000001"}))
    assert isinstance(identity(), ManagedIdentityCredential)
    assert identity() is identity()
    await identity.close()


async def test_without_a_configured_identity_the_default_one_is_used():
    identity = Identity(read_settings(KEYLESS))
    assert isinstance(identity(), DefaultAzureCredential)
    await identity.close()


async def test_an_unused_identity_is_not_created():
    await Identity(read_settings(KEYLESS)).close()
