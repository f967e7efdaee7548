"""One example of each operation: a request and its answer. A test runs all of them."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_suffix(".json")

EXAMPLES: dict[str, dict[str, Any]] = json.loads(FILE.read_text())
"""By the operation's name: `path`, `query`, `headers`, `body` and `answer`, as far as the operation has them."""
