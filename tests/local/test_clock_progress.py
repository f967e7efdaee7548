from datetime import UTC, datetime, timedelta

import pytest

from local.clock.progress import PAUSE_SECONDS, ProgressFile, ProgressReader

NOON = datetime(2031, 1, 1, 12, 0, tzinfo=UTC)
TARGET = datetime(2031, 6, 1, tzinfo=UTC)


class Stage:
    """A file that is written and read in one process, with a clock and a stopwatch that the test sets."""

    def __init__(self, path):
        self.now, self.seconds = NOON, 0.0
        self.lines: list[str] = []
        self.file = ProgressFile(path)
        self.reader = ProgressReader(path, self.lines.append, lambda: self.seconds)

    def move(self, reached, days, seconds):
        self.now += timedelta(days=days)
        self.seconds += seconds
        reached()
        self.reader.check()


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path / "clock-progress")


def test_without_a_fast_forward_nothing_is_shown(stage):
    stage.reader.check()
    assert stage.lines == []


def test_the_days_reached_are_shown_between_beginning_and_end(stage):
    with stage.file.run(lambda: stage.now, TARGET) as reached:
        stage.reader.check()
        stage.move(reached, 20, PAUSE_SECONDS)
        stage.move(reached, 0, PAUSE_SECONDS)  # the same day again
        stage.move(reached, 20, PAUSE_SECONDS)
        stage.now = TARGET
    stage.reader.check()
    stage.reader.check()
    assert stage.lines == [
        "clock: moving from 2031-01-01 12:00 to 2031-06-01 00:00",
        "clock: 2031-01-21 reached, on the way to 2031-06-01",
        "clock: 2031-02-10 reached, on the way to 2031-06-01",
        "clock: it is 2031-06-01 00:00 now, and everything that was due is done",
    ]


def test_a_fast_move_shows_no_more_than_a_line_a_second(stage):
    with stage.file.run(lambda: stage.now, TARGET) as reached:
        stage.reader.check()
        for _ in range(100):
            stage.move(reached, 1, PAUSE_SECONDS / 10)
    assert 9 <= len(stage.lines) <= 11


def test_a_move_that_fails_says_where_it_stopped_and_why(stage):
    with pytest.raises(ValueError, match="broken"), stage.file.run(lambda: stage.now, TARGET):
        raise ValueError("broken")
    stage.reader.check()
    assert stage.lines == ["clock: stopped at 2031-01-01 12:00, on the way to 2031-06-01 00:00: broken"]


def test_what_an_earlier_run_has_left_is_not_shown(stage, tmp_path):
    with stage.file.run(lambda: stage.now, TARGET):
        pass
    later = ProgressReader(tmp_path / "clock-progress", stage.lines.append)
    later.check()
    assert stage.lines == []
