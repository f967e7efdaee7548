"""House rules of the repository; each message says what to do instead."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import functions
import shared

ROOT = Path(__file__).parents[1]

LINES_MAX = 220
TEST_LINES_MAX = 300
"""Test files contain tables of examples, so they may be a little longer."""
FUNCTION_LINES_MAX = 40
TRIGGER_STATEMENTS_MAX = 3

FORBIDDEN_NAMES = re.compile(r"(^|_)(manager|helper|helpers|util|utils|misc|common|stuff)(_|\.|$)", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b")


def tracked(*endings: str) -> list[Path]:
    """The project's files that git does not ignore, new ones included."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name.endswith(endings) and (ROOT / name).exists()]


def test_packages_resolve_to_this_repository():
    """Azure puts the app's folder last on sys.path, where a dependency of the same name would take precedence."""
    assert [Path(str(room.__file__)).parents[1] for room in (shared, functions)] == [ROOT, ROOT]


def untidy(path: Path) -> Iterator[str]:
    """What is wrong with the size of a file and of its functions, with its name, and whether it is finished."""
    text = path.read_text()
    lines = text.count("\n")
    if lines > (TEST_LINES_MAX if path.name.startswith("test_") else LINES_MAX):
        yield f"{lines} lines: split it by rule, not by kind"
    if path != Path(__file__) and UNFINISHED.search(text):
        yield "finish it, or leave it out"
    if FORBIDDEN_NAMES.search(path.stem):
        yield "name the file after its rule"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{node.name} has {length} lines: give its parts names"


def test_the_size_of_files_and_functions_is_limited():
    assert [f"{path.relative_to(ROOT)}: {wrong}" for path in tracked(".py") for wrong in untidy(path)] == []


def test_an_untidy_file_is_named_with_all_that_is_wrong(tmp_path):
    path = tmp_path / "call_utils.py"
    path.write_text("def long():\n" + "    pass  # TO" + "DO\n" * 1 + "    pass\n" * 300)
    assert list(untidy(path)) == [
        "302 lines: split it by rule, not by kind",
        "finish it, or leave it out",
        "name the file after its rule",
        "long has 302 lines: give its parts names",
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "functions").glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_a_trigger_only_calls_a_use_case(path):
    """A trigger has no branches, loops or try blocks: decisions are made in shared, where they are tested."""
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.If | ast.For | ast.While | ast.Try | ast.Match), "triggers do not branch"
        if isinstance(node, ast.AsyncFunctionDef):
            assert len(node.body) <= TRIGGER_STATEMENTS_MAX


def test_rules_get_the_time_only_as_an_argument():
    for room in ("kernel", "ledger", "rating", "recharge", "purchasing", "notices", "plans", "readers"):
        for path in (ROOT / "shared" / room).glob("*.py"):
            assert not re.search(r"\.now\(|time\.time\(|monotonic\(", path.read_text()), path


def test_every_setting_is_read_documented_and_in_the_example():
    readers = (ROOT / "shared").glob("*settings.py")
    read = {name for path in readers for name in re.findall(r'"([A-Z][A-Za-z]+(?:__[A-Za-z]+)?)"', path.read_text())}
    schedules = {
        name for path in (ROOT / "functions").glob("*.py") for name in re.findall(r"%(\w+)%", path.read_text())
    }
    of_the_host = {"AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME", "CreditsStorage__credential"}
    adapters = (ROOT / "shared" / "adapters" / "telemetry").glob("*.py")
    telling = {name for path in adapters for name in re.findall(r'environment\.get\("(\w+)"', path.read_text())}
    used = {name for name in read if "__" in name or name == "CreditsStorage"} | schedules | of_the_host | telling
    example = set(json.loads((ROOT / "local.settings.example.json").read_text())["Values"])
    rows = [row for row in (ROOT / "docs" / "settings.md").read_text().splitlines() if row.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`([A-Z]\w+)`", row.split("|")[1])}
    assert example == used
    assert documented == used


def test_every_document_is_linked_from_the_readme():
    readme = (ROOT / "README.md").read_text()
    for path in sorted((ROOT / "docs").iterdir()):
        assert f"docs/{path.name}" in readme, f"nobody finds {path.name}"


def test_every_link_in_the_documents_is_valid():
    for path in tracked(".md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_command_of_the_readme_exists():
    commands = set(re.findall(r"\./dev (\w+)", (ROOT / "README.md").read_text()))
    listed = (ROOT / "local" / "__main__.py").read_text()
    assert commands
    for command in commands:
        assert command in listed or (ROOT / "local" / command).is_dir(), f"./dev {command} is not there"


def test_no_file_contains_a_machine_or_a_registry():
    hosts = re.compile(r"pypi\.org|files\.pythonhosted|registry\.npmjs|(?<![\w.])/(?:root|home/\w+)/")
    for path in tracked(".py", ".md", ".toml", ".txt", ".json", ".cfg", "dev", "run"):
        found = hosts.search(path.read_text())
        assert not found, f"{path.name} names {found and found.group()}"
