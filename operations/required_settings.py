"""Which settings a command needs: to read a ledger, nobody must collect secrets of other services."""

from enum import Enum

NEVER_USED = ("Payments__webhookSecrets", "Mail__endpoint", "Mail__sender", "Tokens__issuer", "Tokens__audience")
"""Settings that the service needs and no command does."""


class RequiredSettings(Enum):
    """What a command works with. The value has the settings that may be absent."""

    STORAGE = (*NEVER_USED, "Payments__key")
    PROVIDER = NEVER_USED
