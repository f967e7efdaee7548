"""Every HTTP route, from the operations of the interface, with the roles that its operation accepts.

tests/functions compare these roles with the contract, and the operations with the functions that the app registers; the
claim tests that the running service enforces the roles.
"""

from dataclasses import dataclass

from shared.interface.operations import OPERATIONS
from shared.service.roles import accepted

ACCOUNT = "{account}"


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one route. Any of *roles* suffices; if there are none, no token is required."""

    method: str
    template: str
    roles: frozenset[str]

    @property
    def is_signed(self) -> bool:
        """Whether the body must be signed, because no token is required."""
        return not self.roles and self.method == "POST"

    @property
    def names_account(self) -> bool:
        """Whether the path contains an account."""
        return ACCOUNT in self.template

    def path(self, account: str) -> str:
        """The path under `/api`; its other parameters are set to `x`, which does not exist."""
        parts = self.template.replace(ACCOUNT, account).split("/")
        return "/" + "/".join("x" if part.startswith("{") else part for part in parts)


def all_routes() -> list[Route]:
    """Every operation of the interface, by path and method."""
    listed = (
        Route(
            operation.method,
            operation.path,
            frozenset(map(str, accepted(operation.role))) if operation.role else frozenset(),
        )
        for operation in OPERATIONS
    )
    return sorted(listed, key=lambda route: (route.template, route.method))
