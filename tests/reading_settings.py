"""Reads settings from an environment with the required values and those of a test."""

from collections.abc import Mapping

from shared.plans.sizes import Sizes
from shared.settings import Settings, read_settings

REQUIRED = {
    "CreditsStorage": "UseDevelopmentStorage=true",
    "Payments__key": "key",
    "Payments__webhookSecrets": "secret",
    "Mail__endpoint": "https://mail.example",
    "Mail__sender": "credits@mail.example",
    "Tokens__issuer": "https://issuer.example",
    "Tokens__audience": "api://credits",
}


def settings_of(**environment: str) -> Settings:
    """The settings for the required values and *environment*."""
    return read_settings({**REQUIRED, **environment})


def smallest_of(text: str) -> Mapping[str, int]:
    """The smallest amounts for the setting's value *text*."""
    return settings_of(Purchases__smallest=text).amount_limits.smallest


def plan_sizes_of(text: str) -> Sizes:
    """The sizes of plans' pools for the setting's value *text*."""
    return settings_of(Plans__minutes=text).plan_sizes
