"""Reads what infra/ declares: lists from declared.json, settings from app.bicep, one per line."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETTING = re.compile(r"  \{ name: '(\w+)', value: (.+) \}")
OPENING, CLOSING = "var settings = [", "]"

LOOPS = {
    "tables": ("ledger.bicep", "for table in declared.tables:"),
    "queues": ("ledger.bicep", "for queue in declared.queues:"),
    "containers": ("ledger.bicep", "for container in declared.containers:"),
    "schedules": ("app.bicep", "map(items(declared.schedules),"),
    "settings": ("app.bicep", "appSettings: concat(settings, schedules)"),
}
"""For each list, the module that uses it, and the text that proves it."""

RIGHTS = re.compile(r"declared\.(\w*[rR]oles)\.(\w+)")
"""The expression by which a module assigns the roles of a list, such as declared.roles.ledger."""


class UnreadableError(Exception):
    """A line of the infrastructure does not have the expected form; the message contains it."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Declared names. A role is (list, scope, role), such as (`roles`, `ledger`, `Storage Table Data Contributor`)."""

    tables: frozenset[str]
    queues: frozenset[str]
    containers: frozenset[str]
    settings: Mapping[str, str]
    roles: frozenset[tuple[str, str, str]]
    role_ids: Mapping[str, str]
    given: frozenset[tuple[str, str]]
    looped: frozenset[str]


def read_declared(infra: Path) -> Declared:
    """Everything that the folder *infra* declares. Raises UnreadableError."""
    lists = json.loads((infra / "declared.json").read_text())
    modules = {path.name: path.read_text() for path in sorted((infra / "modules").glob("*.bicep"))}
    timers = dict.fromkeys(lists["schedules"], "a schedule")
    return Declared(
        tables=frozenset(lists["tables"]),
        queues=frozenset(lists["queues"]),
        containers=frozenset(lists["containers"]),
        settings={**_settings(modules["app.bicep"]), **timers},
        roles=frozenset(_roles(lists)),
        role_ids=lists["roleIds"],
        given=frozenset((found[1], found[2]) for text in modules.values() for found in RIGHTS.finditer(text)),
        looped=frozenset(name for name, (module, words) in LOOPS.items() if words in modules[module]),
    )


def _settings(module: str) -> dict[str, str]:
    """The expression of each setting."""
    lines = module.splitlines()
    if OPENING not in lines:
        raise UnreadableError(f"app.bicep has no line {OPENING!r}")
    found: dict[str, str] = {}
    for line in lines[lines.index(OPENING) + 1 :]:
        if line == CLOSING:
            return found
        setting = SETTING.fullmatch(line)
        if setting is None or setting[1] in found:
            raise UnreadableError(f"app.bicep: not a setting, or a duplicate: {line}")
        found[setting[1]] = setting[2]
    raise UnreadableError("app.bicep: the list of settings does not end")


def _roles(lists: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    kinds = [kind for kind in lists if kind.lower().endswith("roles")]
    return {(kind, place, role) for kind in kinds for place, roles in lists[kind].items() for role in roles}
