"""`python -m local.infra`: the step of `./dev check` that looks at the infrastructure."""

import sys

from local.infra.checkers import INFRA, verdicts
from local.infra.comparison import differences
from local.machine.paths import ROOT


def main() -> int:
    """0 when the code and infra/ agree, and every tool that is there finds infra/ clean."""
    wrong = differences(INFRA, ROOT)
    print("\n".join(wrong) or "declared and used are the same")
    for verdict in verdicts():
        print(f"{verdict.tool}: {verdict.words}" if verdict.tried else f"{verdict.tool}: skipped, {verdict.words}")
        if verdict.tried and not verdict.clean:
            wrong.append(verdict.tool)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
