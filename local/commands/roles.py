"""The roles that a token may have (CONTRACT 2)."""

OPERATE = "Credits.Operate"
TENANT_ROLES = ("Credits.Read", "Credits.Manage", "Calls.Authorise", "Usage.Send")
"""The roles for the calls of an account's own people and systems."""

ROLES = (*TENANT_ROLES, OPERATE)
