"""Running many tasks with bounded concurrency."""

import asyncio

import pytest

from shared.use_cases.usage.bounded_concurrency import for_each


class Busy:
    def __init__(self):
        self.now = self.most = 0

    async def twice(self, number):
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if number == 3:
            raise ValueError(number)
        return 2 * number


@pytest.mark.parametrize(("count", "at_once", "most"), [(0, 4, 0), (1, 4, 1), (3, 4, 3), (4, 4, 4), (50, 4, 4)])
async def test_concurrency_is_bounded_and_results_stay_in_order(count, at_once, most):
    busy = Busy()
    outcomes = await for_each(range(count), busy.twice, at_once)
    assert busy.most == most
    assert [each for each in outcomes if isinstance(each, int)] == [2 * n for n in range(count) if n != 3]


async def test_a_failure_is_a_result_and_the_others_complete():
    first, failed, last = await for_each([2, 3, 4], Busy().twice, 2)
    assert (first, repr(failed), last) == (4, "ValueError(3)", 8)


async def test_cancelling_the_caller_cancels_running_tasks():
    ended = []

    async def work(_item):
        try:
            await asyncio.sleep(3_600)
        finally:
            ended.append(1)

    task = asyncio.ensure_future(for_each(range(5), work, 2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(ended) == 2
