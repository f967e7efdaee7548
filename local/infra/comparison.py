"""Compares declared with used resources; each difference is one line that names it."""

from collections.abc import Iterator
from pathlib import Path

from local.infra.declarations import LOOPS, Declared, read_declared
from local.infra.used_by_code import NOT_ON_AZURE, Used, read_used


def differences(infra: Path, root: Path) -> list[str]:
    """Everything that the code in *root* uses and *infra* does not declare, and vice versa."""
    declared, used = read_declared(infra), read_used(root)
    return [*_names(declared, used), *_roles(declared, used), *_loops(declared)]


def _names(declared: Declared, used: Used) -> Iterator[str]:
    for kind, there, wanted in (
        ("table", declared.tables, used.tables),
        ("queue", declared.queues, used.queues),
        ("container", declared.containers, used.containers),
        ("setting", frozenset(declared.settings), used.settings),
    ):
        for name in sorted(wanted - there):
            yield f"{kind} {name}: the code uses it, infra does not declare it"
        for name in sorted(there - wanted):
            reason = f" ({NOT_ON_AZURE[name]})" if name in NOT_ON_AZURE else ""
            yield f"{kind} {name}: infra declares it, the code does not use it{reason}"


def _roles(declared: Declared, used: Used) -> Iterator[str]:
    for whose, on, role in sorted(used.roles - declared.roles):
        yield f"role {role} in {whose}.{on}: it is required, but infra does not assign it"
    for whose, on, role in sorted(declared.roles - used.roles):
        yield f"role {role} in {whose}.{on}: infra assigns it, but nothing in the project requires it"
    for whose, on in sorted({(whose, on) for whose, on, _ in declared.roles} - declared.given):
        yield f"roles {whose}.{on}: listed, but no module assigns them"
    wanted = {role for _, _, role in declared.roles}
    for role in sorted(wanted - set(declared.role_ids)):
        yield f"role {role}: it has no id in roleIds"
    for role in sorted(set(declared.role_ids) - wanted):
        yield f"role {role}: its id is listed, but it is not assigned"


def _loops(declared: Declared) -> Iterator[str]:
    for name in sorted(set(LOOPS) - declared.looped):
        module, words = LOOPS[name]
        yield f"{name}: {module} does not use the list (no {words!r})"
