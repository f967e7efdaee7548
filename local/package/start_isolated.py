"""Starts the app of an unpacked package and prints what it loaded. Run by path, in a Python without site-packages.

The path is that of Azure's worker: packages before everything else, the app after everything else.
"""

import ast
import asyncio
import importlib
import json
import logging
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

QUEUE, HTTP = "record_usage", "read_account"
"""One function of each kind, called without any setting."""

NOT_DEPLOYED = frozenset({"opentelemetry.exporter.otlp"})
"""The OTLP exporter: its protobuf would replace the version that Azure's worker contains."""


class LogLines(logging.Handler):
    """Collects what the app logs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Store the message of a record, with its exception."""
        wrong = record.exc_info[1] if record.exc_info else None
        self.lines.append(record.getMessage() + (f": {wrong}" if wrong else ""))


def main(folder: str, settings: Mapping[str, str]) -> None:
    """Import the app, list and call functions, compose it with *settings*, and print the results as JSON."""
    sys.path.insert(0, f"{folder}/.python_packages/lib/site-packages")
    sys.path.append(folder)
    import function_app  # noqa: PLC0415 - its folder must be on the path first

    functions = {each.get_function_name(): each for each in function_app.app.get_functions()}
    result = {
        "python": sysconfig.get_python_version(),
        "functions": {name: sorted(each.get_raw_bindings()) for name, each in functions.items()},
        "packages": {name: str(sys.modules[name].__file__) for name in ("functions", "shared")},
        "queue": asyncio.run(_queue_called(functions[QUEUE])),
        "http": asyncio.run(_http_called(functions[HTTP])),
        "missing": _missing(Path(folder)),
        "composed": asyncio.run(_composed(settings)),
    }
    result["foreign"] = sorted(_foreign(folder, list(sys.modules.values())))
    print(json.dumps(result))


def _foreign(folder: str, modules: Iterable[Any]) -> Iterable[str]:
    """Files of modules that belong neither to the package nor to Python itself."""
    own = (f"{folder}/", *(sysconfig.get_path(place) for place in ("stdlib", "platstdlib")))
    loaded = (module for module in modules if module is not None)  # None: an import that fails at once
    files = {getattr(module, "__file__", None) for module in loaded if module.__name__ != "__main__"}
    return (file for file in files if file and not file.startswith(own))


def _missing(folder: Path) -> list[str]:
    """Failed imports, with reasons, of all modules that the app imports anywhere, also inside functions."""
    wrong = []
    for package in ("functions", "shared"):
        for file in sorted((folder / package).rglob("*.py")):
            for name in sorted(_imported(ast.parse(file.read_text()))):
                if any(name.startswith(left_out) for left_out in NOT_DEPLOYED):
                    continue
                try:
                    importlib.import_module(name)
                except ImportError as absent:
                    wrong.append(f"{file.relative_to(folder)} imports {name}: {absent}")
    return wrong


def _imported(tree: ast.Module) -> set[str]:
    """What runs or may run: not what only the type checker reads."""
    checks = (node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    for check in checks:
        check.body.clear()
    nodes = list(ast.walk(tree))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


async def _composed(settings: Mapping[str, str]) -> str:
    """The error when the services are composed, or an empty string. Nothing is connected."""
    from shared.adapters.clock import SystemClock  # noqa: PLC0415 - it is in the package
    from shared.settings import read_settings  # noqa: PLC0415
    from shared.wiring.composition import opened  # noqa: PLC0415

    try:
        async with opened(read_settings(settings), SystemClock()):
            return ""
    except Exception as wrong:  # noqa: BLE001 - every exception is reported
        return f"{type(wrong).__name__}: {wrong}"


async def _queue_called(function: Any) -> str:
    """The exception of a queue function without settings, or an empty string."""
    import azure.functions as func  # noqa: PLC0415 - it is in the package

    try:
        await function.get_user_function()(func.QueueMessage(id="1", body=b"{}"))
    except Exception as wrong:  # noqa: BLE001 - every exception is reported
        return f"{type(wrong).__name__}: {wrong}"
    return ""


async def _http_called(function: Any) -> dict[str, Any]:
    """The status and log lines of an HTTP function without settings."""
    import azure.functions as func  # noqa: PLC0415 - it is in the package

    lines = LogLines()
    logging.getLogger().addHandler(lines)
    account = "5f0c1f9e-0000-4000-8000-000000000001"
    headers = {"Authorization": "Bearer example"}
    request = func.HttpRequest("GET", "/", headers=headers, route_params={"account": account}, body=b"")
    answer = await function.get_user_function()(request)
    return {"status": answer.status_code, "log": lines.lines}


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
