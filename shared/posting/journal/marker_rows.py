"""Conversion of markers to rows and back."""

import json
from collections.abc import Mapping

from shared.ports import Value
from shared.posting.decision import Event, Marker, MarkerKind


def marker_values(marker: Marker) -> dict[str, Value]:
    """A marker's row."""
    return {
        "kind": marker.kind.value,
        "content": marker.event.content,
        "page": marker.sequence,
        "movement": -1 if marker.movement is None else marker.movement,
        "result": json.dumps(dict(marker.result), separators=(",", ":")) if marker.result else "{}",
    }


def marker_of(key: str, values: Mapping[str, Value]) -> Marker:
    """The marker in a row; *key* without its prefix."""
    movement = int(values["movement"])
    return Marker(
        Event(key, str(values["content"])),
        MarkerKind(str(values["kind"])),
        int(values["page"]),
        None if movement < 0 else movement,
        json.loads(str(values["result"])),
    )
