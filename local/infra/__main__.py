"""`python -m local.infra`: the step of `./dev check` that checks the infrastructure."""

import sys

from local.infra.checkers import INFRA, verdicts
from local.infra.comparison import differences
from local.machine.paths import ROOT


def main() -> int:
    """0 when code and infra/ agree, and every installed checker accepts infra/, else 1."""
    wrong = differences(INFRA, ROOT)
    print("\n".join(wrong) or "infra/ declares exactly what the code uses")
    for verdict in verdicts():
        print(f"{verdict.tool}: {verdict.words}" if verdict.tried else f"{verdict.tool}: skipped, {verdict.words}")
        if verdict.tried and not verdict.clean:
            wrong.append(verdict.tool)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
