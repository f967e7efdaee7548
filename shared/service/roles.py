"""Roles that a token may carry (CONTRACT 2). No role implies another."""

from enum import StrEnum

from shared.service.operators import OPERATE


class Role(StrEnum):
    """The role that an operation requires."""

    READ = "Credits.Read"
    MANAGE = "Credits.Manage"
    AUTHORISE = "Calls.Authorise"
    OPERATE = OPERATE  # any account; counts only in tokens of operators' tenants
    SEND = "Usage.Send"  # usage files of the token's own tenant
    SEND_USAGE = "Usage.Send or Credits.Operate"  # either of the two
    READ_RATES = "Credits.Read or Credits.Operate"  # not a role of a token: either of the two


ANY_OF = {
    Role.READ_RATES: frozenset({Role.READ, Role.OPERATE}),
    Role.SEND_USAGE: frozenset({Role.SEND, Role.OPERATE}),
}
"""Published rates belong to no tenant: readers of an account and operators may see them. Usage files are sent by
telephony systems and by operators.
"""

LACKING = {role: f"the token lacks the role {role}" for role in Role} | {
    Role.OPERATE: f"the token lacks the role {OPERATE}, or its tenant does not operate this service"
}
"""The detail of `forbidden` for each role."""


def accepted(role: Role) -> frozenset[Role]:
    """The roles of a token that satisfy *role*: any one of them."""
    return ANY_OF.get(role, frozenset({role}))
