"""Every HTTP route that the app registers, with the role that its source code requires.

tests/functions/test_routes.py compares these roles with the contract; the claim tests that the running service enforces
them.
"""

import ast
import inspect
import runpy
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions._http import SAME_AS, Role
from local.machine.paths import ROOT

ACCOUNT = "{account}"


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one route. Any of *roles* suffices; if there are none, no token is required."""

    method: str
    template: str
    roles: frozenset[str]

    @property
    def names_account(self) -> bool:
        """Whether the path contains an account."""
        return ACCOUNT in self.template

    def path(self, account: str) -> str:
        """The path under `/api`; its other parameters are set to `x`, which does not exist."""
        parts = self.template.replace(ACCOUNT, account).split("/")
        return "/" + "/".join("x" if part.startswith("{") else part for part in parts)


def all_routes() -> list[Route]:
    """Every HTTP route of the app, by method."""
    listed = runpy.run_path(str(ROOT / "function_app.py"))["app"].get_functions()
    return sorted(
        (route for function in listed for route in _routes(function)), key=lambda route: (route.template, route.method)
    )


def _routes(function: Any) -> Iterator[Route]:
    trigger = function.get_trigger().get_dict_repr()
    if trigger["type"] != "httpTrigger":
        return
    roles = _roles(function.get_user_function())
    for method in trigger["methods"]:
        yield Route(method.value, trigger["route"], roles)


def _roles(handler: Any) -> frozenset[str]:
    """The role in `answer(req, Role.READ, …)`."""
    source = ast.parse(textwrap.dedent(inspect.getsource(handler)))
    named = [
        node.attr
        for node in ast.walk(source)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
    ]
    assert len(named) <= 1, f"{handler.__name__} asks for more than one role"
    roles = (Role[name] for name in named)
    return frozenset(str(role) for one in roles for role in SAME_AS.get(one, {one}))
