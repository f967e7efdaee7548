"""`./dev check`: lint and types."""

import argparse

from local.commands.steps import CHECKS, run_all


def run(arguments: list[str]) -> int:
    """Check style, layout, types and the direction of imports; 0 when nothing is wrong."""
    argparse.ArgumentParser(prog="./dev check", description="Lint and types.").parse_args(arguments)
    return run_all(CHECKS)
