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

from local.stand_ins.stripe import customers, payment_intents
from local.stand_ins.stripe.control import control_routes
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
    return provider.page("cards", call, call.id)


def _payments(provider: Provider, call: Call) -> Json:
    return provider.page("payments", call, call.fields.get("customer"))


_PAYMENT = "amount!:whole currency! customer description metadata:pairs allowed_payment_method_types:list"
_CONFIRMATION = "payment_method! off_session:yes_no return_url"

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
        ("payments", "GET", "/v1/payment_intents", _payments, "customer created:span limit:whole starting_after"),
        ("payment", "GET", "/v1/payment_intents/{id}", _read("payments"), ""),
        ("confirm", "POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, _CONFIRMATION),
        ("cancel", "POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel, "cancellation_reason"),
        ("charge", "GET", "/v1/charges/{id}", _read("charges"), ""),
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
        routes=[*routes, *control_routes(provider, answers)],
        exception_handlers={Refusal: _refused, 404: _unknown_address, 405: _unknown_address},
        lifespan=lifespan,
    )


def _handler(endpoint: Endpoint, answers: Answers, api_key: str):
    async def serve(request: Request) -> Response:
        _check_key(request, api_key)
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
