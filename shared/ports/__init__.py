"""Ports: what the use cases need from external services, in the service's terms. For each port, one suite of tests
verifies its contract for the fake and for the real adapter.

There are three kinds of failure: a refusal is a value, an outage is one of the exceptions here, a bug is an assertion.
"""

from shared.ports.call_logs import CallLog, CallLogs
from shared.ports.call_records import CallRecords, StoredCall
from shared.ports.card_attempts import CardAttempts
from shared.ports.cards import Cards, CardSetup, SetupOrder, SetupState
from shared.ports.deliveries import Deliveries, Delivery, DeliveryState
from shared.ports.disputes import Dispute, Disputes, DisputeState
from shared.ports.mail import Mail, MailRefusedError, MailThrottledError
from shared.ports.number_keys import NumberKeys
from shared.ports.object_feed import Announcement, ObjectFeed, ObjectUnreadableError, StoredObject
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
    UnreadableNewsError,
    Webhooks,
)
from shared.ports.queues import QueueLoad, Queues
from shared.ports.rate_cards import OtherCurrency, RateCards
from shared.ports.refunds import ProviderRefund, RefundOrder, Refunds, RefundState
from shared.ports.report_files import ReportFile, ReportFiles
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
from shared.ports.usage_files import UsageFiles
from shared.ports.usage_imports import Counts, Receipt, ReceiptState, UsageImports
from shared.ports.watermarks import Watermarks

__all__ = [
    "NOT_CHARGEABLE",
    "NO_SUCH_METHOD",
    "SUSPENSE_REASONS",
    "TOO_LARGE",
    "TOO_SMALL",
    "UNSENDABLE",
    "Announcement",
    "BadSignatureError",
    "BadTokenError",
    "CallLog",
    "CallLogs",
    "CallRecords",
    "CardAttempts",
    "CardSetup",
    "Cards",
    "Clock",
    "Confirmation",
    "Counts",
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
    "NumberKeys",
    "ObjectFeed",
    "ObjectUnreadableError",
    "OtherCurrency",
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
    "Receipt",
    "ReceiptState",
    "RefundOrder",
    "RefundState",
    "Refunds",
    "Replace",
    "ReportFile",
    "ReportFiles",
    "Row",
    "RowChangedError",
    "RowExistsError",
    "Rows",
    "ServiceNumber",
    "ServiceNumbers",
    "SetupNews",
    "SetupOrder",
    "SetupState",
    "StoredCall",
    "StoredCard",
    "StoredObject",
    "Suspended",
    "Suspense",
    "SuspenseState",
    "Table",
    "Taken",
    "Tokens",
    "UnavailableError",
    "UnreadableNewsError",
    "Upsert",
    "UsageFiles",
    "UsageImports",
    "Value",
    "Watermarks",
    "Webhooks",
    "Write",
    "WriteRefusedError",
]
