"""Roles that a token may carry (CONTRACT 2). No role implies another."""

from enum import StrEnum

from shared.service.operators import OPERATE


class Role(StrEnum):
    """The role that an operation requires."""

    READ = "Credits.Read"
    MANAGE = "Credits.Manage"
    AUTHORISE = "Calls.Authorise"
    OPERATE = OPERATE  # any account; counts only in tokens of operators' tenants
    READ_RATES = "Credits.Read or Credits.Operate"  # not a role of a token: either of the two


ANY_OF = {Role.READ_RATES: frozenset({Role.READ, Role.OPERATE})}
"""Published rates belong to no tenant: readers of an account and operators may see them."""

LACKING = {role: f"the token lacks the role {role}" for role in Role} | {
    Role.OPERATE: f"the token lacks the role {OPERATE}, or its tenant does not operate this service"
}
"""The detail of `forbidden` for each role."""


def accepted(role: Role) -> frozenset[Role]:
    """The roles of a token that satisfy *role*: any one of them."""
    return ANY_OF.get(role, frozenset({role}))
