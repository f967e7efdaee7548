from datetime import UTC, datetime, timedelta

from local.clock import LocalClock, real_now


def test_without_a_file_the_clock_shows_real_time(tmp_path):
    before = real_now()
    assert before <= LocalClock(tmp_path / "clock").now() <= real_now()


def test_a_move_is_seen_by_every_process_that_reads_the_file(tmp_path):
    mine, other = LocalClock(tmp_path / "clock"), LocalClock(tmp_path / "clock")
    target = datetime(2040, 2, 29, tzinfo=UTC)
    for days in range(3):
        mine.move(target + timedelta(days=days))
        assert timedelta(days=days) <= other.now() - target < timedelta(days=days, seconds=10)
    assert other.now().tzinfo is UTC


def test_the_clock_never_falls_behind_real_time(tmp_path):
    clock = LocalClock(tmp_path / "clock")
    clock.move(datetime(2020, 1, 1, tzinfo=UTC))
    assert clock.offset == timedelta()
