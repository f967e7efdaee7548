"""The settings of a command: the same as the service's, from the environment or from a file.

An operator signs in as a person (`az login`) or as the machine's identity. The service's own identity, which its
settings name, is not the operator's.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from operations.required_settings import RequiredSettings
from shared.settings import SettingMissingError, Settings, read_settings

NOT_USED = "not-used"

SERVICE_IDENTITY = ("CreditsStorage__clientId",)
"""Settings that name the service's own identity."""

SILENCED_LOGGERS = (
    "azure.identity",
    "shared.use_cases.accounts.audit_account",
    "shared.use_cases.accounts.audit_accounts",
    "shared.use_cases.payments.reconcile_payments",
)
"""They log what alarms watch. A command shows the same in its result or failure."""


class BadSettingsError(Exception):
    """The settings cannot be used; the message says which and why."""


def settings_for(file: Path | None, environment: Mapping[str, str], required: RequiredSettings) -> Settings:
    """The settings of *file*, else of *environment*; BadSettingsError."""
    given = read_file(file) if file else environment
    used = {name: text for name, text in given.items() if text and name not in SERVICE_IDENTITY}
    try:
        return read_settings({**dict.fromkeys(required.value, NOT_USED), **used})
    except (SettingMissingError, ValueError) as wrong:
        raise BadSettingsError(str(wrong)) from wrong


def read_file(file: Path) -> dict[str, str]:
    """The values of a file in the form of local.settings.json; BadSettingsError."""
    try:
        values = json.loads(file.read_text())["Values"]
        return {str(name): str(value) for name, value in values.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise BadSettingsError(f"{file} is not in the form of local.settings.json: {wrong!r}") from wrong


def log_to_stderr() -> None:
    """Log warnings to stderr, but not those that repeat the result, such as one for each way to sign in that failed."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for name in SILENCED_LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
