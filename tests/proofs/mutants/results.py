"""Reads mutmut's results: each mutant, its place, and whether a test noticed it."""

import ast
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from tests.proofs.mutants.mutant import KILLED, Mutant


def read_verdicts(copy: Path) -> list[Mutant]:
    """Every mutant that was tested in *copy*."""
    with chdir(copy):
        kept = sorted(Path("mutants").rglob("*.py.meta"))
        return [mutant for meta in kept for mutant in _of_file(str(meta.relative_to("mutants")).removesuffix(".meta"))]


def _of_file(file: str) -> Iterator[Mutant]:
    from mutmut.mutation.data import SourceFileMutationData  # noqa: PLC0415 - it loads for half a second
    from mutmut.mutation.diff_apply import get_diff_for_mutant  # noqa: PLC0415 - the same
    from mutmut.stats import status_by_exit_code  # noqa: PLC0415 - the same
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key  # noqa: PLC0415 - the same

    verdicts = SourceFileMutationData(path=file)
    verdicts.load()
    source = Path(file).read_text()
    for name, code in verdicts.exit_code_by_key.items():
        if code is None:  # not in the sample
            continue
        function, cls = orig_function_and_class_names_from_key(name)
        removed, added, offset = changed(get_diff_for_mutant(name, path=file))
        yield Mutant(
            file=file,
            line=line_of(source, cls, function, removed or added, offset),
            function=f"{cls}.{function}" if cls else function,
            before=" ".join(line.strip() for line in removed),
            after=" ".join(line.strip() for line in added),
            is_killed=status_by_exit_code[code] in KILLED,
        )


def changed(difference: str) -> tuple[list[str], list[str], int]:
    """The removed lines of a unified diff, the added lines, and the change's offset from its first line."""
    lines = difference.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("@@"))
    begins = int(lines[first].split()[1].split(",")[0][1:])
    body = lines[first + 1 :]
    context = next(number for number, line in enumerate(body) if line[:1] in {"-", "+"})
    removed, added = ([line[1:] for line in body if line.startswith(sign)] for sign in "-+")
    return removed, added, begins - 1 + context


def line_of(source: str, cls: str | None, function: str, removed: list[str], offset: int) -> int:
    """The line in *source* with the removed text in the function that is nearest to *offset* below its first line."""
    scope: ast.AST = ast.parse(source)
    if cls:
        scope = next(node for node in ast.walk(scope) if isinstance(node, ast.ClassDef) and node.name == cls)
    found = next(
        node
        for node in ast.walk(scope)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
    )
    text, top = source.splitlines(), found.lineno
    numbers = range(top, (found.end_lineno or top) + 1)
    same = [number for number in numbers if text[number - 1].strip() == removed[0].strip()]
    return min(same or [top], key=lambda number: abs(number - top - offset))
