"""Requests as Azure's host would hand them over, and the functions that answer them."""

import json
import runpy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlencode

import azure.functions as func

from shared.kernel.ids import AccountId
from shared.ports import BadTokenError, Principal, UnavailableError
from tests.fakes.world import ACCOUNT, World
from tests.functions.documented import hold

APP = Path(__file__).parents[2] / "function_app.py"

READ, MANAGE, AUTHORISE, OPERATE = "Credits.Read", "Credits.Manage", "Calls.Authorise", "Credits.Operate"
ROLES = (READ, MANAGE, AUTHORISE, OPERATE)


@cache
def functions() -> dict[str, Any]:
    """Every function of the app by its name. The app tells them once."""
    return {each.get_function_name(): each for each in runpy.run_path(str(APP))["app"].get_functions()}


def triggers(kind: str) -> dict[str, dict[str, Any]]:
    """The functions with a trigger of *kind*, and what the trigger says."""
    told = {name: each.get_trigger().get_dict_repr() for name, each in functions().items()}
    return {name: trigger for name, trigger in told.items() if trigger["type"] == kind}


def routes() -> dict[tuple[str, str], str]:
    """Which function answers (method, path); parameters without their names."""
    return {
        (method.value, "/".join("{}" if part.startswith("{") else part for part in each["route"].split("/"))): name
        for name, each in triggers("httpTrigger").items()
        for method in each["methods"]
    }


class IssuedTokens:
    """A token is written as it reads: "Credits.Read,Credits.Manage of <tenant>"."""

    async def verify(self, bearer: str) -> Principal:
        if bearer == "unanswered":
            raise UnavailableError("the issuer does not answer")
        roles, of, tenant = bearer.partition(" of ")
        if not of:
            raise BadTokenError(bearer)
        return Principal(AccountId(tenant), frozenset(roles.split(",")), "somebody")


@dataclass
class Door:
    """The app on a world: `ask` goes through the function that stands at that route."""

    world: World
    services: Any = field(init=False)

    def __post_init__(self) -> None:
        self.services = replace(self.world.services, tokens=IssuedTokens())

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The app's functions work with this world's services instead of Azure's."""
        with ExitStack() as patches:
            for each in functions().values():
                names = each.get_user_function().__globals__
                if "services" in names:
                    patches.enter_context(mock.patch.dict(names, services=lambda: self.services))
            for module in ("_http", "_queue"):
                patches.enter_context(mock.patch(f"functions.{module}.services", side_effect=lambda: self.services))
            yield

    async def ask(
        self,
        method: str,
        path: str,
        *,
        roles: tuple[str, ...] = ROLES,
        tenant: str = ACCOUNT,
        body: object = None,
        headers: dict[str, str] | None = None,
        query: str = "",
        version: str = "v1/",
        **params: str,
    ) -> "Told":
        """Ask as *tenant* with *roles*; headers of its own may take the token away. *query* is what the address says,
        of which Azure's host reads what is not empty; *params* are the same, named.
        """
        query = query or urlencode(params)
        given = {"Authorization": f"Bearer {','.join(roles) or 'nothing'} of {tenant}", **(headers or {})}
        name, filled = function_at(method, f"{version}{path}")
        request = func.HttpRequest(
            method,
            f"https://credits.example/api/{version}{path}" + (f"?{query}" if query else ""),
            headers={header: value for header, value in given.items() if value},
            params=read_by_the_host(query),
            route_params=filled,
            body=body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b"",
        )
        response = await functions()[name].get_user_function()(request)
        hold(name, response.status_code, response.mimetype, response.get_body())
        return Told(response.status_code, response.get_body(), dict(response.headers), response.mimetype)


def read_by_the_host(query: str) -> dict[str, str]:
    """Repeated parameters joined by commas, empty ones left out."""
    read = {name: ",".join(values) for name, values in parse_qs(query).items()}
    return {name: value for name, value in read.items() if value}


EVERYTHING_ELSE = "{*rest}"
"""The route that answers where no other does."""


def function_at(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The name of the function that answers, and the parameters that *path* fills in."""
    offered = {
        each["route"]: name
        for name, each in triggers("httpTrigger").items()
        if method in {known.value for known in each["methods"]}
    }
    for route, name in offered.items():
        filled = _filled(route, path)
        if filled is not None:
            return name, filled
    return offered[EVERYTHING_ELSE], {"rest": path}


def _filled(route: str, path: str) -> dict[str, str] | None:
    """The parameters of *route* in *path*; None when it is another route's."""
    parts, asked = route.split("/"), path.split("/")
    pairs = list(zip(parts, asked, strict=False))
    if route == EVERYTHING_ELSE or len(parts) != len(asked):
        return None
    if any(part != given for part, given in pairs if not part.startswith("{")):
        return None
    return {part.strip("{}"): given for part, given in pairs if part.startswith("{")}


@dataclass(frozen=True)
class Told:
    """An answer."""

    status: int
    body: bytes
    headers: dict[str, str]
    media: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        code: str = self.json["code"]
        return code
