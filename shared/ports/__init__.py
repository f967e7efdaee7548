"""Ports: what the use cases need from external services, in the service's terms. For each port, one suite of tests
verifies its contract for the fake and for the real adapter.

There are three kinds of failure: a refusal is a value, an outage is one of the exceptions here, a bug is an assertion.
"""

from shared.ports.card_attempts import CardAttempts
from shared.ports.cards import Cards, CardSetup, SetupOrder, SetupState
from shared.ports.deliveries import Deliveries, Delivery, DeliveryState
from shared.ports.disputes import Dispute, Disputes, DisputeState
from shared.ports.mail import Mail, MailRefusedError, MailThrottledError
from shared.ports.outage import Clock, UnavailableError
from shared.ports.payments import (
    NO_SUCH_METHOD,
    NOT_CHARGEABLE,
    TOO_LARGE,
    TOO_SMALL,
    UNSENDABLE,
    BadSignatureError,
    Confirmation,
    Decline,
    NewsKind,
    OtherModeError,
    Payment,
    PaymentList,
    PaymentNews,
    PaymentOrder,
    PaymentRefusedError,
    Payments,
    PaymentState,
    Presence,
    SetupNews,
    StoredCard,
    Webhooks,
)
from shared.ports.queues import QueueLoad, Queues
from shared.ports.rate_cards import RateCards
from shared.ports.refunds import ProviderRefund, RefundOrder, Refunds, RefundState
from shared.ports.service_numbers import ServiceNumber, ServiceNumbers, Taken
from shared.ports.suspense import SUSPENSE_REASONS, Deleted, Encoding, Suspended, Suspense, SuspenseState
from shared.ports.table import (
    Create,
    Delete,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Rows,
    Table,
    Upsert,
    Value,
    Write,
    WriteRefusedError,
)
from shared.ports.tokens import BadTokenError, Principal, Tokens

__all__ = [
    "NOT_CHARGEABLE",
    "NO_SUCH_METHOD",
    "SUSPENSE_REASONS",
    "TOO_LARGE",
    "TOO_SMALL",
    "UNSENDABLE",
    "BadSignatureError",
    "BadTokenError",
    "CardAttempts",
    "CardSetup",
    "Cards",
    "Clock",
    "Confirmation",
    "Create",
    "Decline",
    "Delete",
    "Deleted",
    "Deliveries",
    "Delivery",
    "DeliveryState",
    "Dispute",
    "DisputeState",
    "Disputes",
    "Encoding",
    "Mail",
    "MailRefusedError",
    "MailThrottledError",
    "NewsKind",
    "OtherModeError",
    "OutcomeUnknownError",
    "Payment",
    "PaymentList",
    "PaymentNews",
    "PaymentOrder",
    "PaymentRefusedError",
    "PaymentState",
    "Payments",
    "Presence",
    "Principal",
    "ProviderRefund",
    "QueueLoad",
    "Queues",
    "RateCards",
    "RefundOrder",
    "RefundState",
    "Refunds",
    "Replace",
    "Row",
    "RowChangedError",
    "RowExistsError",
    "Rows",
    "ServiceNumber",
    "ServiceNumbers",
    "SetupNews",
    "SetupOrder",
    "SetupState",
    "StoredCard",
    "Suspended",
    "Suspense",
    "SuspenseState",
    "Table",
    "Taken",
    "Tokens",
    "UnavailableError",
    "Upsert",
    "Value",
    "Webhooks",
    "Write",
    "WriteRefusedError",
]
