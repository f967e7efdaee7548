"""The fraud brake and the habit, as rows, and the brake as a fact of pages (R28)."""

import json
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii as json_string
from typing import Any

from pydantic import TypeAdapter

from shared.ledger.brake import WATCHING, Brake
from shared.ledger.habit import UNKNOWN_HABIT, Habit, Track
from shared.ports import Row, Value

BRAKE_TYPE = TypeAdapter(Brake)

PART_CHARACTERS = 32_000
"""Table Storage takes 32,767 characters a string property."""

FORM = 1
"""The form of the habit's row. A row of another form is not read: the habit is learned again."""


def brake_values(brake: Brake) -> dict[str, Value]:
    """The brake's row, in parts: it may name twenty users."""
    return _parts(BRAKE_TYPE.dump_json(brake).decode())


def brake_of(row: Row | None) -> Brake:
    """The brake in a row; a watching one without the row."""
    return WATCHING if row is None else BRAKE_TYPE.validate_json(_text(row.values))


def habit_values(habit: Habit) -> dict[str, Value]:
    """The habit's row. It is written with every charged call, so it is joined from the texts that its tracks keep."""
    hours = ",".join(map(str, habit.hours))
    text = f"[{_tracks(habit.users)},{_tracks(habit.prefixes)},[{hours}],{habit.days},{habit.day}]"
    return {"form": FORM, **_parts(text)}


def _tracks(tracks: Mapping[str, Track]) -> str:
    return f"{{{','.join([f'{json_string(name)}:{track.text}' for name, track in tracks.items()])}}}"


def habit_of(row: Row | None) -> Habit:
    """The habit in a row; an unknown one without the row, or for a row of another form."""
    if row is None or int(row.values["form"]) != FORM:
        return UNKNOWN_HABIT
    users, prefixes, hours, days, day = json.loads(_text(row.values))
    return Habit(_tracks_of(users), _tracks_of(prefixes), tuple(hours), days, day)


def _tracks_of(facts: Mapping[str, list[Any]]) -> dict[str, Track]:
    return {name: Track(*(*values[:-1], tuple(map(tuple, values[-1])))) for name, values in facts.items()}


def _parts(text: str) -> dict[str, Value]:
    parts = [text[start : start + PART_CHARACTERS] for start in range(0, len(text), PART_CHARACTERS)]
    return {"parts": len(parts), **{f"b{number}": part for number, part in enumerate(parts)}}


def _text(values: Mapping[str, Value]) -> str:
    return "".join(str(values[f"b{number}"]) for number in range(int(values["parts"])))
