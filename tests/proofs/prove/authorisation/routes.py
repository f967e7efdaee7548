"""Every route, from the operations of the interface; which role one asks for is what the operation says.

tests/functions hold the roles to the contract, and the operations to the functions that the app registers; here the
running service is held to them.
"""

from dataclasses import dataclass

from shared.interface.operations import OPERATIONS
from shared.service.roles import accepted

ACCOUNT = "{account}"


@dataclass(frozen=True, slots=True)
class Door:
    """One method on one route; *roles*: any of them opens it, none: no token is asked for."""

    method: str
    route: str
    roles: frozenset[str]

    @property
    def is_signed(self) -> bool:
        """Whether the body must be signed, because there is no token."""
        return not self.roles and self.method == "POST"

    @property
    def is_of_an_account(self) -> bool:
        """Whether the address names an account."""
        return ACCOUNT in self.route

    def path(self, account: str) -> str:
        """An address under `/api`; what else it names is not there."""
        parts = self.route.replace(ACCOUNT, account).split("/")
        return "/" + "/".join("x" if part.startswith("{") else part for part in parts)


def doors() -> list[Door]:
    """Every operation of the interface."""
    listed = (
        Door(
            operation.method,
            operation.path,
            frozenset(map(str, accepted(operation.role))) if operation.role else frozenset(),
        )
        for operation in OPERATIONS
    )
    return sorted(listed, key=lambda door: (door.route, door.method))
