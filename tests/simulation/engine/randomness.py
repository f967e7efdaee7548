"""Randomness by a seed, with a separate stream per purpose: an additional fault does not change the work."""

from random import Random


class Randomness:
    """Independent random streams."""

    def __init__(self, seed: str) -> None:
        self.faults = Random(f"{seed} faults")
        self.timing = Random(f"{seed} timing")
        self.work = Random(f"{seed} work")
        self.provider = Random(f"{seed} provider")
        self.limits = Random(f"{seed} limits")


class Pace:
    """The delays of a run, in seconds."""

    def __init__(self, rng: Random) -> None:
        self._random = rng.random
        self.at_once = True
        self._usual = rng.choice((0.002, 0.01, 0.01, 0.3))
        self._latest = rng.choice((1.0, 60.0, 600.0))
        self._freezes = rng.choice((5.0, 120.0, 3600.0, 86_400.0))

    def quick(self) -> float:
        """The delay of a request or an answer: mostly short, sometimes much longer; zero if *at_once*."""
        if self.at_once:
            return 0.0
        drawn = self._random()
        if drawn < 0.3:
            return 0.0
        return self._usual * drawn if drawn < 0.97 else self._usual * 30

    def slow(self) -> float:
        return 1.0 + 29.0 * self._random()

    def late(self) -> float:
        """The delay of a write after its caller's timeout."""
        return self._latest * self._random()

    def freeze(self) -> float:
        return 1.0 + self._freezes * self._random()
