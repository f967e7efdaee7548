"""`./dev test`: what CI runs."""

from local.commands.steps import CHECKS, Step, run_all


def run(arguments: list[str]) -> int:
    """Run the checks, then pytest with *arguments*; 0 when all is well."""
    return run_all((*CHECKS, Step("pytest", tuple(arguments))))
