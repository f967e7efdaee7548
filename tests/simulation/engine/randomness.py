"""Chance by a seed, one stream a purpose: a fault more does not change who sends what."""

from random import Random


class Chance:
    """Streams that do not disturb one another."""

    def __init__(self, seed: str) -> None:
        self.faults = Random(f"{seed} faults")
        self.timing = Random(f"{seed} timing")
        self.work = Random(f"{seed} work")
        self.provider = Random(f"{seed} provider")
        self.limits = Random(f"{seed} limits")


class Pace:
    """How long things take in this run, in seconds."""

    def __init__(self, chance: Random) -> None:
        self._random = chance.random
        self.at_once = True
        self._usual = chance.choice((0.002, 0.01, 0.01, 0.3))
        self._latest = chance.choice((1.0, 60.0, 600.0))
        self._freezes = chance.choice((5.0, 120.0, 3600.0, 86_400.0))

    def quick(self) -> float:
        """One way of a call: mostly the usual, now and then much longer; nothing while *at_once*."""
        if self.at_once:
            return 0.0
        drawn = self._random()
        if drawn < 0.3:
            return 0.0
        return self._usual * drawn if drawn < 0.97 else self._usual * 30

    def slow(self) -> float:
        return 1.0 + 29.0 * self._random()

    def late(self) -> float:
        """How long after everybody has given up a write lands."""
        return self._latest * self._random()

    def freeze(self) -> float:
        return 1.0 + self._freezes * self._random()
