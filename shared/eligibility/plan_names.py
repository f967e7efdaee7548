"""The plans that a subscription may name (CONTRACT 2.3), and whether they include minutes."""

from datetime import datetime

WITH_MINUTES = frozenset(
    {
        *("MCOPSTN1", "MCOPSTN2", "MCOPSTN5", "MCOPSTN6", "MCOPSTN8", "MCOPSTN9"),
        *("MCOMEETADD", "MCOMEETBASIC", "MCOMEETADD_DIALOUT_US"),
    }
)
WITHOUT_MINUTES = frozenset({"MCOPSTN_PAYG_1", "MCOPSTN_PAYG_2", "MCOMEETACPEA", "MCOPSTNPP"})


def is_plan(plan: str, _at: datetime) -> bool:
    """Whether there is such a plan."""
    return plan in WITH_MINUTES or plan in WITHOUT_MINUTES


def has_minutes(plan: str) -> bool:
    """Whether the plan includes minutes."""
    return plan in WITH_MINUTES
