from datetime import timedelta
from types import ModuleType

import azure.functions as func
import httpx
import pytest

from local.host.functions import app_of, functions_of
from local.host.http import http_app
from local.host.routes import compile_template
from local.host.settings import BadSettingError


def app_with(*blueprints):
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    for blueprint in blueprints:
        app.register_functions(blueprint)
    return app


@pytest.fixture
def blueprint():
    return func.Blueprint()


def client(blueprint):
    functions = functions_of(app_with(blueprint), timedelta(seconds=5))
    transport = httpx.ASGITransport(http_app(functions, "api", ["usage"]))
    return httpx.AsyncClient(transport=transport, base_url="http://host")


async def test_a_handler_gets_its_decoded_route_parameters_and_its_query(blueprint):
    @blueprint.route("v1/accounts/{a}/lots/{id}", methods=["GET"])
    async def lot(req):
        return func.HttpResponse(f"{dict(req.route_params)} {req.params['after']} {req.headers['X-Mark']}")

    async with client(blueprint) as http:
        answer = await http.get("/api/v1/Accounts/a%2Fb/lots/x%20y?after=1&after=2", headers={"x-mark": "m"})
    assert answer.text == "{'a': 'a/b', 'id': 'x y'} 1,2 m"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


async def test_an_encoded_line_break_in_a_path_reaches_the_function(blueprint):
    @blueprint.route("users/{user}", methods=["GET"])
    async def user(req):
        return repr(req.route_params["user"])

    async with client(blueprint) as http:
        answer = await http.get("/api/users/ann%0Abob")
    assert answer.text == r"'ann\nbob'"


async def test_a_synchronous_handler_is_served_like_an_asynchronous_one(blueprint):
    @blueprint.route("echo", methods=["POST"])
    def echo(req):
        return func.HttpResponse(req.get_body(), status_code=201, headers={"ETag": '"1"'}, mimetype="application/json")

    async with client(blueprint) as http:
        answer = await http.post("/api/echo", content=b"[1]")
    assert (answer.status_code, answer.json(), answer.headers["etag"]) == (201, [1], '"1"')
    assert answer.headers["content-type"] == "application/json"


async def test_the_most_specific_route_wins_in_any_order(blueprint):
    @blueprint.route("cards/{card}", methods=["GET"])
    async def any_card(req):
        return f"card {req.route_params['card']}"

    @blueprint.route("cards/{month}.csv", methods=["GET"])
    async def as_csv(req):
        return f"csv {req.route_params['month']}"

    @blueprint.route("cards/default", methods=["GET"])
    async def default(req):
        return f"default {len(req.route_params)}"

    async with client(blueprint) as http:
        texts = [(await http.get(f"/api/cards/{name}")).text for name in ("gold", "2026-11.csv", "default")]
    assert texts == ["card gold", "csv 2026-11", "default 0"]


async def test_a_route_with_another_method_is_not_found(blueprint):
    @blueprint.route("lots", methods=["GET"])
    async def lots(req):
        return req.method

    async with client(blueprint) as http:
        assert [(await http.request(method, "/api/lots")).status_code for method in ("GET", "PUT", "HEAD")] == [
            200,
            404,
            404,
        ]


async def test_an_exception_of_a_handler_is_a_500_without_details(blueprint):
    @blueprint.route("broken", methods=["GET"])
    async def broken(req):
        raise RuntimeError(req.url)

    async with client(blueprint) as http:
        answer = await http.get("/api/broken")
    assert (answer.status_code, answer.content) == (500, b"")


async def test_a_timer_invoked_by_the_admin_interface_has_finished_when_it_is_accepted(blueprint):
    ran = []

    @blueprint.timer_trigger("timer", "0 0 0 * * *")
    async def nightly(timer):
        ran.append(timer.past_due)

    @blueprint.timer_trigger("timer", "0 0 0 * * *")
    async def broken(timer):
        raise RuntimeError(str(timer.past_due))

    async with client(blueprint) as http:
        fired = [(await http.post(f"/admin/functions/{name}")).status_code for name in ("nightly", "broken", "nobody")]
        status = (await http.get("/admin/host/status")).json()
    assert (fired, ran) == ([202, 500, 404], [False])
    assert status == {"state": "Running", "inFlight": 0, "invocations": 2, "queues": ["usage"]}


def test_a_function_with_an_unsupported_binding_is_rejected_at_startup(blueprint):
    @blueprint.blob_trigger("blob", "files/{name}", "Storage")
    async def blob(blob):
        return blob

    with pytest.raises(BadSettingError, match="blobTrigger"):
        functions_of(app_with(blueprint), timedelta(seconds=5))


def test_a_function_with_a_key_is_rejected_because_keys_are_not_supported(blueprint):
    @blueprint.route("lots", auth_level=func.AuthLevel.FUNCTION)
    async def lots(req):
        return req.method

    with pytest.raises(BadSettingError, match="anonymous"):
        functions_of(app_with(blueprint), timedelta(seconds=5))


def test_a_module_must_have_exactly_one_app():
    module = ModuleType("function_app")
    with pytest.raises(BadSettingError, match="has 0"):
        app_of(module)
    app = func.FunctionApp()
    vars(module)["app"] = app
    assert app_of(module) is app


@pytest.mark.parametrize(
    ("template", "path", "found"),
    [
        ("a/{id:int}", "/a/12", {"id": "12"}),
        ("a/{id:int}", "/a/x", None),
        ("a/{id?}", "/a", {"id": None}),
        ("a/{*rest}", "/a/b/c", {"rest": "b/c"}),
        ("a/{id:guid}", "/a/5f0c1f9e-0000-4000-8000-000000000001", {"id": "5f0c1f9e-0000-4000-8000-000000000001"}),
        ("a/{x}", "/a/b/c", None),
    ],
)
def test_route_templates_match_as_in_asp_net(template, path, found):
    match = compile_template(template).pattern.fullmatch(path)
    assert (match.groupdict() if match else None) == found
