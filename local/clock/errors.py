"""Why the clock was not moved. They load nothing, so whoever reports them need not load what moves the clock."""


class BackwardsError(Exception):
    """The target is in the past."""


class FastForwardError(Exception):
    """The fast-forward did not reach its target; the message says why."""


class NotIdleError(Exception):
    """Something was still on its way when time ran out; the message says what."""
