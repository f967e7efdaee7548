"""Route templates with the syntax of ASP.NET: `accounts/{a}/calls/{leg:guid}`, `{id?}` and `{*rest}`.

The most specific template wins, independent of the order in the app. Literals match regardless of case. A method that
no template accepts leads to 404, not 405, as on Azure (azure-functions-host issue 10098).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from local.host.functions import Function
from local.host.settings import BadSettingError

CONSTRAINTS = {
    "": "[^/]+?",
    "int": r"-?\d+",
    "alpha": "[A-Za-z]+",
    "guid": "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
}

_PARAMETER = re.compile(r"\{(?P<rest>\*)?(?P<name>\w+)(?::(?P<constraint>\w+))?(?P<optional>\?)?\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template; the one with the smallest *rank* is the most specific."""

    pattern: re.Pattern[str]
    rank: tuple[int, ...]


def _piece(match: re.Match[str]) -> str:
    """The regular expression of one parameter."""
    constraint = match["constraint"] or ""
    if constraint not in CONSTRAINTS:
        raise BadSettingError(f"this host does not support the route constraint {constraint!r}")
    return f"(?P<{match['name']}>{'.*' if match['rest'] else CONSTRAINTS[constraint]})"


def _rank(segment: str) -> int:
    """The rank of a segment: 0 literal, 1 partly literal, 2 constrained, 3 unconstrained, 4 catch-all."""
    match = _PARAMETER.fullmatch(segment)
    if match is None:
        return 1 if _PARAMETER.search(segment) else 0
    return 4 if match["rest"] else 2 if match["constraint"] else 3


def compile_template(text: str) -> Template:
    """Compile one route template; raises BadSettingError."""
    expression = ""
    segments = [segment for segment in text.strip("/").split("/") if segment]
    for segment in segments:
        parts, end = [], 0
        for match in _PARAMETER.finditer(segment):
            parts += [re.escape(segment[end : match.start()]), _piece(match)]
            end = match.end()
        parts.append(re.escape(segment[end:]))
        whole = _PARAMETER.fullmatch(segment)
        absent = whole is not None and (whole["optional"] or whole["rest"])
        expression += f"(?:/{''.join(parts)})?" if absent else f"/{''.join(parts)}"
    return Template(re.compile(expression, re.IGNORECASE), tuple(_rank(segment) for segment in segments))


class Routes:
    """Finds the function for a request."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        """Compile the templates of the HTTP functions, each after *prefix*."""
        compiled = [
            (compile_template(f"{prefix}/{function.trigger.get('route', function.name)}"), function)
            for function in functions
            if function.kind == "httpTrigger"
        ]
        self._routes = sorted(compiled, key=lambda route: route[0].rank)

    def find(self, method: str, raw_path: str) -> tuple[Function, Mapping[str, str]] | None:
        """Return the function and its percent-decoded route parameters; None when no template matches."""
        path = "/" + raw_path.strip("/")
        for template, function in self._routes:
            match = template.pattern.fullmatch(path)
            methods = function.trigger.get("methods")
            if match and (not methods or method in {offered.value for offered in methods}):
                return function, {name: unquote(value) for name, value in match.groupdict().items() if value}
        return None
