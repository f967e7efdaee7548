"""`./dev check`: lint, types, import rules and the infrastructure."""

import argparse

from local.commands.steps import CHECKS, run_all


def run(arguments: list[str]) -> int:
    """Check style, layout, types and the direction of imports; 0 when nothing is wrong."""
    argparse.ArgumentParser(
        prog="./dev check", description="Lint, types, import rules and the infrastructure."
    ).parse_args(arguments)
    return run_all(CHECKS)
