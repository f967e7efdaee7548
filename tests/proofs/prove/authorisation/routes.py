"""Every route, from the functions that the app registers; which role one asks for is read where it asks.

That those are the roles of the contract is held by tests/functions/test_routes.py; here the running service is held to
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
class Door:
    """One method on one route; *roles*: any of them opens it, none: no token is asked for."""

    method: str
    route: str
    roles: frozenset[str]

    @property
    def is_of_an_account(self) -> bool:
        """Whether the address names an account."""
        return ACCOUNT in self.route

    def path(self, account: str) -> str:
        """An address under `/api`; what else it names is not there."""
        parts = self.route.replace(ACCOUNT, account).split("/")
        return "/" + "/".join("x" if part.startswith("{") else part for part in parts)


def doors() -> list[Door]:
    """Every HTTP route of the app."""
    listed = runpy.run_path(str(ROOT / "function_app.py"))["app"].get_functions()
    return sorted(
        (door for function in listed for door in _doors(function)), key=lambda door: (door.route, door.method)
    )


def _doors(function: Any) -> Iterator[Door]:
    trigger = function.get_trigger().get_dict_repr()
    if trigger["type"] != "httpTrigger":
        return
    roles = _roles(function.get_user_function())
    for method in trigger["methods"]:
        yield Door(method.value, trigger["route"], roles)


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
