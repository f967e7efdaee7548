"""Removes each declared item in turn from a copy of infra/, and checks that the comparison reports it."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from local.infra.comparison import differences
from local.infra.declarations import read_declared


@dataclass(frozen=True, slots=True)
class Removal:
    """One declared item, and the function that removes it from a copy of infra/."""

    name: str
    apply: Callable[[Path], None]


def removals(infra: Path) -> Iterator[Removal]:
    """The removal of every table, queue, container, setting and role that *infra* declares."""
    declared = read_declared(infra)
    schedules = json.loads((infra / "declared.json").read_text())["schedules"]
    for table in sorted(declared.tables):
        yield Removal(f"table {table}", _without("tables", table))
    for queue in sorted(declared.queues):
        yield Removal(f"queue {queue}", _without("queues", queue))
    for container in sorted(declared.containers):
        yield Removal(f"container {container}", _without("containers", container))
    for setting in sorted(declared.settings):
        take = _without("schedules", setting) if setting in schedules else _without_line(setting)
        yield Removal(f"setting {setting}", take)
    for whose, on, role in sorted(declared.roles):
        yield Removal(f"role {role} in {whose}.{on}", _without(whose, role, on))


def is_reported(removal: Removal, infra: Path, root: Path, scratch: Path) -> bool:
    """Whether the comparison reports the item by name when it is removed from a copy of *infra* in *scratch*."""
    copy = scratch / "infra"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(infra, copy)
    removal.apply(copy)
    return any(line.startswith(f"{removal.name}:") for line in differences(copy, root))


def _without(kind: str, name: str, place: str | None = None) -> Callable[[Path], None]:
    """Remove *name* from a list of declared.json: the list *kind*, or the list *place* in it."""

    def take(infra: Path) -> None:
        path = infra / "declared.json"
        lists = json.loads(path.read_text())
        holder, key = (lists, kind) if place is None else (lists[kind], place)
        holder[key] = (
            {k: v for k, v in holder[key].items() if k != name}
            if kind == "schedules"
            else [entry for entry in holder[key] if entry != name]
        )
        path.write_text(json.dumps(lists))

    return take


def _without_line(setting: str) -> Callable[[Path], None]:
    def take(infra: Path) -> None:
        path = infra / "modules" / "app.bicep"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if f"name: '{setting}'," not in line))

    return take
