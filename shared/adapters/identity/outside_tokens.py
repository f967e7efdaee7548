"""Tokens of this service for other clouds and tenants, through azure-identity. Nothing secret is stored: on Azure a
managed identity proves who the service is.

azure-identity is imported when the first token is needed. It keeps tokens until shortly before they run out, and renews
them. Its requests block, so the tokens are fetched in threads.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError

from shared.ports import UnavailableError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.identity import ClientAssertionCredential

ASSERTION_SCOPE = "api://AzureADTokenExchange/.default"
"""What a managed identity asks for to stand in for an application (Microsoft Entra: workload identity federation)."""


class OwnTokens:
    """Tokens of the service's own identity: the managed identity *client_id*, or whoever is signed in."""

    def __init__(self, client_id: str | None) -> None:
        self._client_id = client_id
        self._made: TokenCredential | None = None

    def token(self, scope: str) -> str:
        """A token for *scope*. It blocks. Raises `UnavailableError`."""
        return _token(self._credential, scope)

    def _credential(self) -> "TokenCredential":
        from azure.identity import DefaultAzureCredential, ManagedIdentityCredential  # noqa: PLC0415 - cold start

        if self._made is None:
            named = self._client_id
            self._made = ManagedIdentityCredential(client_id=named) if named else DefaultAzureCredential()
        return self._made


class TenantTokens:
    """Tokens of the application *application* in other tenants, whose administrators have consented to it. The
    service's own identity vouches for it, as a federated credential of the application (no secret). Without an
    application the service's own identity asks, which is known only in its own tenant. *options* go to the credential.
    """

    def __init__(self, own: OwnTokens, application: str | None, scope: str, **options: Any) -> None:  # noqa: ANN401 - azure-identity's
        self._own = own
        self._application = application
        self._scope = scope
        self._options = options
        self._made: dict[str, ClientAssertionCredential] = {}

    async def token(self, tenant: str) -> str:
        """The bearer token for *tenant*. Raises `UnavailableError`."""
        if self._application is None:
            return await asyncio.to_thread(self._own.token, self._scope)
        return await asyncio.to_thread(_token, lambda: self._credential(tenant), self._scope)

    def close(self) -> None:
        """Close the connections, if there are any."""
        for credential in self._made.values():
            credential.close()

    def _credential(self, tenant: str) -> "ClientAssertionCredential":
        from azure.identity import ClientAssertionCredential  # noqa: PLC0415 - cold start

        if tenant not in self._made:
            self._made[tenant] = ClientAssertionCredential(
                tenant, str(self._application), lambda: self._own.token(ASSERTION_SCOPE), **self._options
            )
        return self._made[tenant]


def _token(credential: "Callable[[], TokenCredential]", scope: str) -> str:
    try:
        return credential().get_token(scope).token
    except AzureError as failure:
        raise UnavailableError(f"no token for {scope}: {type(failure).__name__}") from failure
