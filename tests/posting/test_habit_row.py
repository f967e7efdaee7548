"""The habit's row: the JSON of all tracks, whatever of it was written before."""

import json

from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.habit import HOURS, Habit, Track
from shared.ports import Row
from shared.posting.journal.brake_rows import PART_CHARACTERS, habit_of, habit_values

figures = st.integers(0, 2**60)
slots = st.lists(st.tuples(figures, figures, figures, figures), max_size=6).map(tuple)
tracks = st.builds(Track, *[figures] * 9, slots)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
habits = st.builds(
    Habit,
    st.dictionaries(names, tracks, max_size=5),
    st.dictionaries(names, tracks, max_size=5),
    st.lists(figures, min_size=HOURS, max_size=HOURS).map(tuple),
    figures,
    figures,
)


def parts_of(habit):
    values = habit_values(habit)
    return [str(values[f"b{number}"]) for number in range(int(values["parts"]))]


@given(habits)
def test_the_row_is_the_json_of_the_habit(habit):
    facts = [dict(habit.users), dict(habit.prefixes), habit.hours, habit.days, habit.day]
    assert "".join(parts_of(habit)) == json.dumps(facts, separators=(",", ":"))
    assert habit_of(Row("a:habit", "", habit_values(habit))) == habit


@given(tracks, figures)
def test_a_changed_track_does_not_keep_the_text_of_the_one_before(track, day_cost):
    assert json.loads(track.text)[1] == track.day_cost
    assert json.loads(track._replace(day_cost=day_cost).text)[1] == day_cost


def test_a_long_habit_is_stored_in_parts():
    habit = Habit({f"user-{number}": Track(day=number) for number in range(2_000)})
    parts = parts_of(habit)
    assert len(parts) > 1
    assert max(map(len, parts)) == PART_CHARACTERS
    assert habit_of(Row("a:habit", "", habit_values(habit))) == habit
