"""Run by its path, by a bare Python with nothing around it: starts the app of an unpacked package, says what it saw.

The folders stand on the path as Azure's worker puts them: packages in front of everything, the app behind it.
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
"""Of each kind of trigger one, called with no setting there."""

NOT_DEPLOYED = frozenset({"opentelemetry.exporter.otlp"})
"""Telemetry to elsewhere: its protobuf would take the place of the one that Azure's worker brings."""


class Told(logging.Handler):
    """What the app logs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record, with the words of its exception."""
        wrong = record.exc_info[1] if record.exc_info else None
        self.lines.append(record.getMessage() + (f": {wrong}" if wrong else ""))


def main(folder: str, settings: Mapping[str, str]) -> None:
    """Import, list, call, then put together with *settings*; and print it as one JSON object."""
    sys.path.insert(0, f"{folder}/.python_packages/lib/site-packages")
    sys.path.append(folder)
    import function_app  # noqa: PLC0415 - not before its folder is on the path

    functions = {each.get_function_name(): each for each in function_app.app.get_functions()}
    seen = {
        "python": sysconfig.get_python_version(),
        "functions": {name: sorted(each.get_raw_bindings()) for name, each in functions.items()},
        "rooms": {name: str(sys.modules[name].__file__) for name in ("functions", "shared")},
        "queue": asyncio.run(_queue_called(functions[QUEUE])),
        "http": asyncio.run(_http_called(functions[HTTP])),
        "missing": _missing(Path(folder)),
        "composed": asyncio.run(_composed(settings)),
    }
    seen["foreign"] = sorted(_foreign(folder, list(sys.modules.values())))
    print(json.dumps(seen))


def _foreign(folder: str, modules: Iterable[Any]) -> Iterable[str]:
    """Files of modules that come neither from the package nor from Python itself."""
    own = (f"{folder}/", *(sysconfig.get_path(place) for place in ("stdlib", "platstdlib")))
    files = {getattr(module, "__file__", None) for module in modules if module.__name__ != "__main__"}
    return (file for file in files if file and not file.startswith(own))


def _missing(folder: Path) -> list[str]:
    """Modules that the app imports anywhere, also late, and that cannot be imported: which, and why."""
    wrong = []
    for room in ("functions", "shared"):
        for file in sorted((folder / room).rglob("*.py")):
            for name in sorted(_imported(ast.parse(file.read_text()))):
                if any(name.startswith(left_out) for left_out in NOT_DEPLOYED):
                    continue
                try:
                    importlib.import_module(name)
                except ImportError as absent:
                    wrong.append(f"{file.relative_to(folder)} imports {name}: {absent}")
    return wrong


def _imported(tree: ast.Module) -> set[str]:
    nodes = list(ast.walk(tree))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


async def _composed(settings: Mapping[str, str]) -> str:
    """What goes wrong when the services are put together; empty when nothing does. Nothing is connected."""
    from shared.adapters.clock import SystemClock  # noqa: PLC0415 - it is in the package
    from shared.settings import read_settings  # noqa: PLC0415
    from shared.wiring.composition import opened  # noqa: PLC0415

    try:
        async with opened(read_settings(settings), SystemClock()):
            return ""
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is told
        return f"{type(wrong).__name__}: {wrong}"


async def _queue_called(function: Any) -> str:
    """What the host is told of a message that fails; empty when it does not."""
    import azure.functions as func  # noqa: PLC0415 - it is in the package

    try:
        await function.get_user_function()(func.QueueMessage(id="1", body=b"{}"))
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is told
        return f"{type(wrong).__name__}: {wrong}"
    return ""


async def _http_called(function: Any) -> dict[str, Any]:
    """A status for the caller, words for the log."""
    import azure.functions as func  # noqa: PLC0415 - it is in the package

    told = Told()
    logging.getLogger().addHandler(told)
    account = "5f0c1f9e-0000-4000-8000-000000000001"
    headers = {"Authorization": "Bearer example"}
    request = func.HttpRequest("GET", "/", headers=headers, route_params={"account": account}, body=b"")
    answer = await function.get_user_function()(request)
    return {"status": answer.status_code, "log": told.lines}


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
