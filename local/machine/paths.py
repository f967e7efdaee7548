"""The folders of a development machine. Everything that is written is written under `.local/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
AZURITE = ROOT / "local" / "azurite"
STATE = ROOT / ".local"

UP = STATE / "up"
"""The state of `./dev up`."""

SETTINGS = "local.settings.json"
"""The file in a machine's folder that has the settings of its service."""
