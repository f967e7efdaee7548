"""Which tenants operate the service (CONTRACT 2). Each tenant assigns roles itself, so a role alone proves nothing."""

from dataclasses import dataclass, replace

from shared.kernel.ids import AccountId, account_id
from shared.ports import Principal

OPERATE = "Credits.Operate"
"""The role that opens every account, and the only one that needs a listed tenant."""

ANY = "*"
"""For a machine without Azure, where the issuer signs what its owner wants."""


@dataclass(frozen=True, slots=True)
class OperatorTenants:
    """The listed tenants, or every one. The default is nobody: a deployment that says nothing has no operators."""

    listed: frozenset[AccountId] = frozenset()
    is_anyone: bool = False

    @classmethod
    def read(cls, text: str) -> "OperatorTenants":
        """The tenants of *text*: GUIDs separated by commas, or `*`; empty is nobody. ValueError for anything else: a
        slip must not open every account.
        """
        if not text.strip():
            return cls()
        if text.strip() == ANY:
            return cls(is_anyone=True)
        return cls(frozenset(account_id(part.strip()) for part in text.split(",")))

    def without_foreign_operate(self, principal: Principal) -> Principal:
        """*principal* without Credits.Operate if its tenant is not an operator's."""
        if self.is_anyone or principal.tenant in self.listed:
            return principal
        return replace(principal, roles=principal.roles - {OPERATE})
