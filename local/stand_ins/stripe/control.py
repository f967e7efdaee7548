"""The control page and its JSON API, with which people, the demo and tests control the stand-in."""

from collections import defaultdict
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from local.stand_ins.stripe import disputes, payment_intents, refunds, setup_intents
from local.stand_ins.stripe.cards import FAULTS, OUTCOMES
from local.stand_ins.stripe.idempotency import Answers
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.provider import Provider
from local.stand_ins.stripe.webhooks import MODES
from local.stand_ins.stripe.wire import Refusal

_PAGE = Path(__file__).with_name("page.html")
_BANK = Path(__file__).with_name("bank.html")
_CALLS = ("confirm", "create", "cancel", "attach", "detach", "open", "set_up", "refund")


def control_routes(provider: Provider, answers: Answers) -> list[Route]:
    """Return the routes under /_control."""
    control = Control(provider, answers)
    actions = {
        "/_control/outcome": control.outcome,
        "/_control/cards/{id}/expiry": control.expiry,
        "/_control/payments/{id}/resolve": control.resolve,
        "/_control/setups/{id}/resolve": control.resolve_setup,
        "/_control/refunds/{id}/settle": control.settle_refund,
        "/_control/payments/{id}/dispute": control.dispute,
        "/_control/disputes/{id}/evidence": control.evidence,
        "/_control/release": control.release,
        "/_control/webhooks": control.webhooks,
    }
    views = {
        "": control.page,
        "/status": control.status,
        "/payments": control.payments,
        "/cards": control.cards,
        "/objects/{table}": control.objects,
        "/bank/{id}": control.bank,
    }
    return [
        *(Route(f"/_control{path}", view) for path, view in views.items()),
        *(Route(path, action, methods=["POST"]) for path, action in actions.items()),
        Route("/_control/outcome", control.forget, methods=["DELETE"]),
    ]


class Control:
    """The handlers of the control routes."""

    def __init__(self, provider: Provider, answers: Answers) -> None:
        self._provider = provider
        self._answers = answers

    async def page(self, _: Request) -> Response:
        """The control page."""
        return HTMLResponse(_PAGE.read_text())

    async def status(self, _: Request) -> Response:
        """The stand-in's status; `pendingWebhooks` is 0 when no webhook will be sent."""
        state = self._provider.state
        return JSONResponse(
            {
                "pendingWebhooks": self._provider.webhooks.pending,
                "waitingWebhooks": len(state.news),
                "deliveredWebhooks": state.delivered,
                "givenUpWebhooks": state.given_up,
                "webhooks": state.webhooks,
                "asked": state.asked,
                "heldCalls": self._answers.held,
                "now": self._provider.clock.now().isoformat(),
                "modes": MODES,
                "outcomes": sorted(OUTCOMES | FAULTS),
            }
        )

    async def payments(self, _: Request) -> Response:
        """Every payment, newest first, with the results of its charges."""
        tries: dict[str, list[Json]] = defaultdict(list)
        for charge in self._provider.state.charges.values():
            tries[charge["payment_intent"]].append(charge)
        payments = reversed(self._provider.state.payments.values())
        return JSONResponse([_row(payment, tries[payment["id"]]) for payment in payments])

    async def cards(self, _: Request) -> Response:
        """Every card."""
        return JSONResponse(
            [
                {"id": card["id"], "customer": card["customer"], **{name: card["card"][key] for name, key in _FACE}}
                for card in self._provider.state.cards.values()
            ]
        )

    async def objects(self, request: Request) -> Response:
        """Every object of a table: setups, refunds, disputes or warnings."""
        table = request.path_params["table"]
        if table not in ("setups", "refunds", "disputes", "warnings"):
            raise Refusal(404, f"There is no table {table}.")
        return JSONResponse(list(getattr(self._provider.state, table).values()))

    async def outcome(self, request: Request) -> Response:
        """`{"outcome", "times": 1, "card": null, "on": "confirm"}`: set the outcome of the next calls of that kind."""
        planned = {"times": 1, "card": None, "on": "confirm", **await request.json()}
        possible = FAULTS | OUTCOMES if planned["on"] == "confirm" else FAULTS
        if planned["outcome"] not in possible or planned["on"] not in _CALLS or planned["times"] < 1:
            raise Refusal(400, f"Possible outcomes of {planned['on']}: {', '.join(sorted(possible))}.")
        self._provider.state.asked.append(planned)
        return self._done()

    async def forget(self, _: Request) -> Response:
        """Clear the outcomes set for the next calls."""
        self._provider.state.asked.clear()
        return self._done()

    async def expiry(self, request: Request) -> Response:
        """`{"year", "month"}`: change a card's expiry."""
        card = self._provider.find("cards", request.path_params["id"])
        planned = await request.json()
        card["card"].update(exp_year=int(planned["year"]), exp_month=int(planned["month"]))
        return self._done()

    async def resolve(self, request: Request) -> Response:
        """`{"outcome"}`: finish a payment that is processing or requires action."""
        payment = self._provider.find("payments", request.path_params["id"])
        outcome = (await request.json())["outcome"]
        if outcome not in OUTCOMES:
            raise Refusal(400, f"Possible outcomes: {', '.join(sorted(OUTCOMES))}.")
        payment_intents.resolve(self._provider, payment, outcome)
        return self._done()

    async def resolve_setup(self, request: Request) -> Response:
        """`{"outcome"}`: let the holder confirm ("succeed") a card setup that requires action, or fail to."""
        setup = self._provider.find("setups", request.path_params["id"])
        setup_intents.resolve(self._provider, setup, (await request.json())["outcome"])
        return self._done()

    async def bank(self, request: Request) -> Response:
        """The bank's page, to which a card setup redirects its holder. It sends him back as Stripe does: with the setup
        and its outcome in the address (docs.stripe.com/payments/save-and-reuse).
        """
        setup = self._provider.find("setups", request.path_params["id"])
        redirect = (setup["next_action"] or {}).get("redirect_to_url") or {}
        back = redirect.get("return_url", "")
        more = urlencode({"setup_intent": setup["id"], "setup_intent_client_secret": setup["client_secret"]})
        joint = "&" if "?" in back else "?"
        page = _BANK.read_text().replace("SETUP", setup["id"])
        return HTMLResponse(page.replace("BACK", escape(f"{back}{joint}{more}&redirect_status=")))

    async def settle_refund(self, request: Request) -> Response:
        """Change the state of a refund of the test cards 7726 and 5126 now, and not later."""
        refunds.settle(self._provider, self._provider.find("refunds", request.path_params["id"]))
        return self._done()

    async def dispute(self, request: Request) -> Response:
        """`{"kind", "amount"}`: dispute a payment that succeeded, all of it or a part."""
        payment = self._provider.find("payments", request.path_params["id"])
        planned = {"kind": "fraudulent", "amount": payment["amount"], **await request.json()}
        charge = self._provider.find("charges", str(payment["latest_charge"]))
        disputes.open_dispute(self._provider, charge, planned["kind"], planned["amount"])
        return self._done()

    async def evidence(self, request: Request) -> Response:
        """`{"text"}`: close a dispute with the text that wins or loses it."""
        dispute = self._provider.find("disputes", request.path_params["id"])
        disputes.answer(self._provider, dispute, (await request.json())["text"])
        return self._done()

    async def release(self, _: Request) -> Response:
        """Release every held call."""
        self._answers.release()
        return self._done()

    async def webhooks(self, request: Request) -> Response:
        """`{"mode"}`: change how webhooks are sent."""
        mode = (await request.json())["mode"]
        if mode not in MODES:
            raise Refusal(400, f"Possible modes: {', '.join(MODES)}.")
        self._provider.webhooks.choose(mode)
        return self._done()

    def _done(self) -> Response:
        self._provider.changed.set()
        return JSONResponse({"done": True})


_SHOWN = ("id", "status", "amount", "currency", "customer", "created", "metadata")
_FACE = (("brand", "brand"), ("last4", "last4"), ("year", "exp_year"), ("month", "exp_month"))


def _row(payment: Json, tries: list[Json]) -> Json:
    error = payment["last_payment_error"]
    return {
        **{name: payment[name] for name in _SHOWN},
        "succeededCharges": sum(charge["paid"] for charge in tries),
        "failedCharges": sum(charge["status"] == "failed" for charge in tries),
        "card": tries[-1]["payment_method"] if tries else None,
        "decline": (error.get("decline_code") or error["code"]) if error else None,
    }
