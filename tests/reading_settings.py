"""Settings as they are read from an environment that holds what is needed, and what an example adds."""

from collections.abc import Mapping

from shared.settings import Settings, read_settings

NEEDED = {
    "CreditsStorage": "UseDevelopmentStorage=true",
    "Payments__key": "key",
    "Payments__webhookSecrets": "secret",
    "Mail__endpoint": "https://mail.example",
    "Mail__sender": "credits@mail.example",
    "Tokens__issuer": "https://issuer.example",
    "Tokens__audience": "api://credits",
}


def settings_of(**environment: str) -> Settings:
    """The settings, with *environment* added."""
    return read_settings({**NEEDED, **environment})


def smallest_of(text: str) -> Mapping[str, int]:
    """The smallest amounts, when the setting says *text*."""
    return settings_of(Purchases__smallest=text).smallest
