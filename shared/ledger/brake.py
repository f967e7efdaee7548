"""The fraud brake of an account: its settings, and whom it stops (R28). The rules are in the package `brake`."""

from dataclasses import dataclass, field
from datetime import datetime

SENSITIVITY_DEFAULT = 500
"""Thousandths: 0.5 (CONTRACT 2.5)."""


@dataclass(frozen=True, slots=True)
class BrakeSettings:
    """What an administrator has set. The limits are micro-units an hour; None means that only the habit counts.
    *sensitivity*: thousandths.
    """

    enabled: bool = True
    per_user_per_hour: int | None = None
    per_prefix_per_hour: int | None = None
    sensitivity: int = SENSITIVITY_DEFAULT


@dataclass(frozen=True, slots=True)
class Cause:
    """A user or a prefix that is stopped; without either, everything that costs money is. *observed*: micro-units
    within the hour or day in which it was noticed; *usual*: what the account's habit is for as long.
    """

    observed: int
    usual: int
    user: str = ""
    prefix: str = ""

    def names(self, user: str, prefix: str) -> bool:
        """Whether a call of *user* to a destination of *prefix* is stopped."""
        if self.user:
            return self.user == user
        return not self.prefix or self.prefix == prefix


@dataclass(frozen=True, slots=True)
class Brake:
    """The brake: it has braked as long as there is a cause. *since*: when it braked or was released last. Calls that
    began before *released_at* count no more. The names of all fields are stored.
    """

    settings: BrakeSettings = field(default_factory=BrakeSettings)
    version: int = 0
    why: tuple[Cause, ...] = ()
    since: datetime | None = None
    released_at: datetime | None = None

    @property
    def has_braked(self) -> bool:
        """Whether somebody or something is stopped."""
        return bool(self.why)

    def stops(self, user: str, prefix: str) -> bool:
        """Whether a call of *user* to a destination of *prefix* may not draw on credit."""
        return any(cause.names(user, prefix) for cause in self.why)


WATCHING = Brake()
"""The brake of an account for which nothing was ever set and that never braked."""
