"""Calls the app's functions with requests as Azure's host passes them."""

import gzip
import json
import re
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

from local.host.routes import Template, compile_template
from shared.kernel.ids import AccountId
from shared.ports import BadTokenError, Principal, UnavailableError
from tests.fakes.world import ACCOUNT, World
from tests.functions.documented import hold

APP = Path(__file__).parents[2] / "function_app.py"

READ, MANAGE, AUTHORISE, OPERATE = "Credits.Read", "Credits.Manage", "Calls.Authorise", "Credits.Operate"
SEND = "Usage.Send"
ROLES = (READ, MANAGE, AUTHORISE, SEND, OPERATE)


@cache
def functions() -> dict[str, Any]:
    """Every function of the app by name. The app can list them only once."""
    return {each.get_function_name(): each for each in runpy.run_path(str(APP))["app"].get_functions()}


@cache
def triggers(kind: str) -> dict[str, dict[str, Any]]:
    """The functions with a trigger of *kind*, with the trigger's properties."""
    found = {name: each.get_trigger().get_dict_repr() for name, each in functions().items()}
    return {name: trigger for name, trigger in found.items() if trigger["type"] == kind}


def routes() -> dict[tuple[str, str], str]:
    """The function for each (method, path); parameters without their names."""
    return {
        (method.value, re.sub(r"{[*\w]+}", "{}", each["route"])): name
        for name, each in triggers("httpTrigger").items()
        for method in each["methods"]
    }


class IssuedTokens:
    """Accepts tokens of the form "Credits.Read,Credits.Manage of <tenant>"."""

    async def verify(self, bearer: str) -> Principal:
        if bearer == "unanswered":
            raise UnavailableError("the issuer does not answer")
        roles, of, tenant = bearer.partition(" of ")
        if not of:
            raise BadTokenError(bearer)
        return Principal(AccountId(tenant), frozenset(roles.split(",")), "somebody")


@dataclass
class HttpApi:
    """The app's HTTP API on a world: `request` calls the function of a route."""

    world: World
    services: Any = field(init=False)

    def __post_init__(self) -> None:
        self.services = replace(self.world.services, tokens=IssuedTokens())

    @contextmanager
    def replacing_services(self) -> Iterator[None]:
        """The app's functions use this world's services instead of Azure's."""
        with ExitStack() as patches:
            for each in functions().values():
                module = each.get_user_function().__globals__
                if "services" in module:
                    patches.enter_context(mock.patch.dict(module, services=lambda: self.services))
            for name in ("_http", "_queue"):
                patches.enter_context(mock.patch(f"functions.{name}.services", side_effect=lambda: self.services))
            yield

    async def request(
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
    ) -> "Answer":
        """Send a request as *tenant* with *roles*; *headers* may replace or remove the token. *query* is the query in
        the address, of which Azure's host passes non-empty parameters; *params* are an alternative to *query*.
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
        body_as_sent = response.get_body()
        is_zipped = response.headers.get("Content-Encoding") == "gzip"
        hold(
            name,
            response.status_code,
            response.mimetype,
            gzip.decompress(body_as_sent) if is_zipped else body_as_sent,
        )
        return Answer(response.status_code, response.get_body(), dict(response.headers), response.mimetype)


def read_by_the_host(query: str) -> dict[str, str]:
    """Query parameters as Azure's host passes them: repeated ones joined by commas, empty ones omitted."""
    read = {name: ",".join(values) for name, values in parse_qs(query).items()}
    return {name: value for name, value in read.items() if value}


EVERYTHING_ELSE = "{*rest}"
"""The route for requests that match no other route."""


def function_at(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The name of the function that answers, and the route parameters in *path*."""
    offered = templates(method)
    for route, (template, name) in offered.items():
        match = template.pattern.fullmatch(f"/{path}")
        if match is not None and route != EVERYTHING_ELSE:
            return name, match.groupdict()
    return offered[EVERYTHING_ELSE][1], {"rest": path}


@cache
def templates(method: str) -> dict[str, tuple[Template, str]]:
    """The template and the function of each route that takes *method*, in the order in which the host tries them."""
    found = {
        each["route"]: (compile_template(each["route"]), name)
        for name, each in triggers("httpTrigger").items()
        if method in {known.value for known in each["methods"]}
    }
    return dict(sorted(found.items(), key=lambda item: item[1][0].rank))


@dataclass(frozen=True)
class Answer:
    """The answer to a request."""

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
