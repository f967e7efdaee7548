"""Which settings a command needs. Reading a ledger must not require secrets of other services."""

from enum import Enum

NEVER_USED = ("Payments__webhookSecrets", "Mail__endpoint", "Mail__sender", "Tokens__issuer", "Tokens__audience")
"""Settings that the service needs and no command does."""


class RequiredSettings(Enum):
    """What a command works with. Each value lists the settings that may be absent."""

    STORAGE = (*NEVER_USED, "Payments__key")
    PROVIDER = NEVER_USED
