"""How far a command goes, and so which settings it needs. Nobody must collect secrets in order to read a ledger."""

from enum import Enum

NEVER_USED = ("Payments__webhookSecrets", "Mail__endpoint", "Mail__sender", "Tokens__issuer", "Tokens__audience")
"""What the service needs and no command does."""


class RequiredSettings(Enum):
    """The value: settings that may be absent."""

    STORAGE = (*NEVER_USED, "Payments__key")
    PROVIDER = NEVER_USED
