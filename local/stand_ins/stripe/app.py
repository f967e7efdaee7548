"""The stand-in as one web application."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import compare_digest, token_hex
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.stand_ins.stripe import customers, payment_intents, refunds, setup_intents
from local.stand_ins.stripe.control import control_routes
from local.stand_ins.stripe.form import form_routes
from local.stand_ins.stripe.idempotency import Answers, answer
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Clock, Provider
from local.stand_ins.stripe.state import keep, load, save
from local.stand_ins.stripe.webhooks import Webhooks
from local.stand_ins.stripe.wire import Call, Form, Refusal


@dataclass(frozen=True)
class Endpoint:
    """One operation of the API: its name on the control page, its function, and its form fields."""

    name: str
    method: str
    path: str
    run: Callable[[Provider, Call], Json]
    form: Form


def _read(table: str) -> Callable[[Provider, Call], Json]:
    return lambda provider, call: provider.find(table, call.id)


def _cards(provider: Provider, call: Call) -> Json:
    return provider.page("cards", call, customer=call.id)


def _page(table: str, *filters: str) -> Callable[[Provider, Call], Json]:
    """A list that may be filtered. An unknown payment is refused, not an empty list."""

    def page(provider: Provider, call: Call) -> Json:
        if "payment_intent" in call.fields:
            provider.find("payments", call.fields["payment_intent"], "payment_intent")
        return provider.page(table, call, **{name: call.fields.get(name) for name in filters})

    return page


_PAYMENT = "amount!:whole currency! customer description metadata:pairs allowed_payment_method_types:list"
_CONFIRMATION = "payment_method! off_session:yes_no return_url setup_future_usage"
_SETUP = (
    "customer payment_method confirm:yes_no usage description return_url metadata:pairs "
    "allowed_payment_method_types:list"
)
_REFUND = "payment_intent amount:whole reason metadata:pairs"
_SPAN = "created:span limit:whole starting_after"
_WARNINGS = f"payment_intent charge {_SPAN}"
_SETUPS_BY = ("customer", "payment_method")
_MADE_BY = ("payment_intent", "charge")

ENDPOINTS = [
    Endpoint(name, method, path, run, Form(form))
    for name, method, path, run, form in (
        ("open", "POST", "/v1/customers", customers.open_customer, "name email description metadata:pairs"),
        ("customer", "GET", "/v1/customers/{id}", _read("customers"), ""),
        ("cards", "GET", "/v1/customers/{id}/payment_methods", _cards, "type limit:whole starting_after"),
        ("card", "GET", "/v1/payment_methods/{id}", _read("cards"), ""),
        ("attach", "POST", "/v1/payment_methods/{id}/attach", customers.attach, "customer!"),
        ("detach", "POST", "/v1/payment_methods/{id}/detach", customers.detach, ""),
        ("create", "POST", "/v1/payment_intents", payment_intents.create, _PAYMENT),
        ("payments", "GET", "/v1/payment_intents", _page("payments", "customer"), f"customer {_SPAN}"),
        ("payment", "GET", "/v1/payment_intents/{id}", _read("payments"), ""),
        ("confirm", "POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, _CONFIRMATION),
        ("cancel", "POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel, "cancellation_reason"),
        ("charge", "GET", "/v1/charges/{id}", _read("charges"), ""),
        ("set_up", "POST", "/v1/setup_intents", setup_intents.create, _SETUP),
        ("setups", "GET", "/v1/setup_intents", _page("setups", *_SETUPS_BY), f"customer payment_method {_SPAN}"),
        ("setup", "GET", "/v1/setup_intents/{id}", _read("setups"), ""),
        ("confirm_setup", "POST", "/v1/setup_intents/{id}/confirm", setup_intents.confirm, "payment_method return_url"),
        ("cancel_setup", "POST", "/v1/setup_intents/{id}/cancel", setup_intents.cancel, "cancellation_reason"),
        ("refund", "POST", "/v1/refunds", refunds.create, _REFUND),
        ("refunds", "GET", "/v1/refunds", _page("refunds", *_MADE_BY), f"payment_intent charge {_SPAN}"),
        ("read_refund", "GET", "/v1/refunds/{id}", _read("refunds"), ""),
        ("disputes", "GET", "/v1/disputes", _page("disputes", *_MADE_BY), f"payment_intent charge {_SPAN}"),
        ("dispute", "GET", "/v1/disputes/{id}", _read("disputes"), ""),
        ("warnings", "GET", "/v1/radar/early_fraud_warnings", _page("warnings", *_MADE_BY), _WARNINGS),
    )
]


def make_app(
    *, clock: Clock, api_key: str, webhook_secret: str, webhook_address: str | None, file: Path | None
) -> Starlette:
    """Return the application; its server must run the lifespan, which sends webhooks and saves the state.

    Creation times, expiry and the lifetime of keys follow *clock*. With *file*, the state is stored for the next start;
    without *webhook_address*, no webhooks are sent.
    """
    state = load(file)
    changed = asyncio.Event()
    webhooks = Webhooks(state, webhook_address, webhook_secret, changed)
    provider = Provider(state, clock, webhooks, changed)
    answers = Answers(provider)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(webhooks.run()), asyncio.create_task(keep(state, file, changed))]
        yield
        answers.release()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        save(state, file)

    routes = [Route(each.path, _handler(each, answers, api_key), methods=[each.method]) for each in ENDPOINTS]
    return Starlette(
        routes=[*routes, *control_routes(provider, answers), *form_routes(webhook_address)],
        exception_handlers={Refusal: _refused, 404: _unknown_address, 405: _unknown_address},
        lifespan=lifespan,
    )


def _handler(endpoint: Endpoint, answers: Answers, api_key: str):
    async def serve(request: Request) -> Response:
        _check_key(request, api_key)
        refunds.settle_due(answers.provider)
        sent = request.url.query if endpoint.method == "GET" else (await request.body()).decode()
        call = Call(
            fields=endpoint.form.read(parse_qsl(sent, keep_blank_values=True)),
            id=request.path_params.get("id", ""),
            key=request.headers.get("idempotency-key"),
            request=f"req_{token_hex(7)}",
            base=str(request.base_url).rstrip("/"),
            path=request.url.path,
        )
        if endpoint.method == "GET":
            return answer(*answers.run(endpoint.run, call))
        return await answers.once(endpoint.name, endpoint.run, call)

    return serve


def _check_key(request: Request, api_key: str) -> None:
    given = request.headers.get("authorization", "")
    if not compare_digest(given.encode(), f"Bearer {api_key}".encode()):
        raise Refusal(401, "Invalid API Key provided." if given else "You did not provide an API key.")


async def _refused(_: Request, refusal: Any) -> Response:
    return answer(refusal.status, json.dumps(refusal.body))


async def _unknown_address(request: Request, _: Exception) -> Response:
    refusal = Refusal(404, f"Unrecognized request URL ({request.method}: {request.url.path}).")
    return answer(404, json.dumps(refusal.body))
