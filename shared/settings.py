"""Settings: the environment, read once into one frozen object. docs/settings.md explains each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.collection_settings import GraphSettings, SqsSettings, read_graph, read_sqs
from shared.kernel.setting_addresses import origins, places, web_address
from shared.kernel.setting_values import amounts, days, minutes, seconds, split_list, whole_number
from shared.plans.catalogue import PLANS
from shared.plans.sizes import Sizes, read_sizes
from shared.purchasing.amount_limits import SMALLEST, AmountLimits
from shared.purchasing.card_attempts import ATTEMPTS_PER_WINDOW, DECLINES_PER_WINDOW, LIMIT_MAX, Limits
from shared.recharge.rules import BURST_MAX, BURST_MAX_MOST, RechargeRules
from shared.service.operators import OperatorTenants
from shared.service.portal_parts import PortalParts

ROTA_DAYS_MAX = 28
"""Every account is audited whole at least every thirty days, even if two nights fail."""


REQUESTS_MAX = 1_000_000
"""The highest limit per minute. No instance can answer as many requests, so it means no limit."""

DEPLOYMENT_DEFAULT = "credits"
_DEPLOYMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""It is part of the idempotency keys of calls to the payment provider, which are HTTP headers."""


class TableClientName(StrEnum):
    """The clients of a storage table: the service's own, and azure-data-tables for every request."""

    LEAN = "lean"
    SDK = "sdk"


class SettingMissingError(Exception):
    """A required setting is missing; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between two deployments. For storage, either *connection* or the addresses are set.

    *spread* has further storage accounts for the ledger, by name: their connection strings, or the addresses of their
    table services.
    """

    connection: str | None
    table_address: str | None
    queue_address: str | None
    blob_address: str | None
    client_id: str | None
    spread: Mapping[str, str]
    table_client: TableClientName
    queue_api_version: str
    payments_key: str
    payments_webhook_secrets: tuple[str, ...]
    payments_address: str | None
    payments_deployment: str
    mail_endpoint: str
    mail_sender: str
    mail_key: str | None
    portal_address: str
    portal_parts: PortalParts
    tokens_issuer: str
    tokens_audience: str
    operator_tenants: OperatorTenants
    cors_origins: frozenset[str]
    requests_per_minute: int
    card_attempts: Limits
    grace: timedelta
    recharge_rules: RechargeRules
    amount_limits: AmountLimits
    plan_sizes: Sizes
    settlement_margin: timedelta
    suspense_keep_closed: timedelta
    suspense_keep: timedelta
    audit_rota: timedelta
    records_kept: timedelta
    sqs: SqsSettings | None
    graph: GraphSettings | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read *environment*. SettingMissingError names the first missing setting, ValueError a malformed one."""
    connection = environment.get("CreditsStorage") or None
    return Settings(
        connection=connection,
        table_address=None if connection else _required(environment, "CreditsStorage__tableServiceUri"),
        queue_address=None if connection else _required(environment, "CreditsStorage__queueServiceUri"),
        blob_address=None if connection else _blob_address(environment),
        client_id=environment.get("CreditsStorage__clientId") or None,
        spread=places(environment.get("CreditsStorage__spread") or ""),
        table_client=_table_client(environment.get("Tables__client") or TableClientName.LEAN),
        queue_api_version=environment.get("Queues__apiVersion") or "2025-11-05",
        payments_key=_required(environment, "Payments__key"),
        payments_webhook_secrets=split_list(_required(environment, "Payments__webhookSecrets")),
        payments_address=environment.get("Payments__address") or None,
        payments_deployment=_deployment(environment.get("Payments__deployment") or DEPLOYMENT_DEFAULT),
        mail_endpoint=_required(environment, "Mail__endpoint"),
        mail_sender=_required(environment, "Mail__sender"),
        mail_key=environment.get("Mail__key") or None,
        portal_address=web_address(environment, "Portal__address"),
        portal_parts=_portal_parts(environment),
        tokens_issuer=_required(environment, "Tokens__issuer"),
        tokens_audience=_required(environment, "Tokens__audience"),
        operator_tenants=_operator_tenants(environment.get("Tokens__operatorTenants") or ""),
        cors_origins=origins(environment.get("Cors__origins") or ""),
        requests_per_minute=whole_number(environment, "Throttle__requestsPerMinute", 1_200, REQUESTS_MAX),
        card_attempts=_card_limits(environment),
        grace=timedelta(hours=float(environment.get("Lots__graceHours") or "72")),
        recharge_rules=_recharge_rules(environment),
        amount_limits=_amount_limits(environment),
        plan_sizes=read_sizes(split_list(environment.get("Plans__minutes") or ""), PLANS),
        settlement_margin=seconds(environment, "Calls__settlementMarginSeconds", 120),
        suspense_keep_closed=days(environment, "Suspense__keepClosedDays", 90),
        suspense_keep=days(environment, "Suspense__keepDays", 400),
        audit_rota=timedelta(days=whole_number(environment, "NightlyAudit__wholeDays", 28, ROTA_DAYS_MAX)),
        records_kept=days(environment, "CallRecords__keepDays", 400),
        sqs=read_sqs(environment),
        graph=read_graph(environment),
    )


def _blob_address(environment: Mapping[str, str]) -> str:
    """The address of the blobs; by default that of the same storage account's queues, with `blob` for `queue`."""
    queues = _required(environment, "CreditsStorage__queueServiceUri")
    return environment.get("CreditsStorage__blobServiceUri") or queues.replace(".queue.", ".blob.", 1)


UNRESOLVED = "@Microsoft.KeyVault("
"""How the value begins if a Key Vault reference could not be resolved: Azure then passes the reference itself."""


def _required(environment: Mapping[str, str], name: str) -> str:
    value = (environment.get(name) or "").strip()
    if not value:
        raise SettingMissingError(f"the setting {name} is missing (docs/settings.md)")
    if value.startswith(UNRESOLVED):
        raise SettingMissingError(f"the setting {name} is a Key Vault reference that Azure has not resolved")
    return value


def _card_limits(environment: Mapping[str, str]) -> Limits:
    return Limits(
        attempts=whole_number(environment, "Throttle__cardAttemptsPerHour", ATTEMPTS_PER_WINDOW, LIMIT_MAX),
        declines=whole_number(environment, "Throttle__cardDeclinesPerHour", DECLINES_PER_WINDOW, LIMIT_MAX),
    )


def _amount_limits(environment: Mapping[str, str]) -> AmountLimits:
    """The smallest and largest amounts. A largest one that is set is at least the smallest of its currency."""
    limits = AmountLimits(
        {**SMALLEST, **amounts(environment, "Purchases__smallest")}, amounts(environment, "Purchases__largest")
    )
    for currency in limits.largest:
        if limits.largest_of(currency) < limits.smallest.get(currency, 0):
            raise ValueError(f"Purchases__largest: {currency} has a smallest amount above that")
    return limits


def _recharge_rules(environment: Mapping[str, str]) -> RechargeRules:
    return RechargeRules(
        largest_charge_pause=minutes(environment, "AutoRecharge__largestChargePauseMinutes", 60),
        burst_max=whole_number(environment, "Recharge__burstMax", BURST_MAX, BURST_MAX_MOST),
        largest=amounts(environment, "Purchases__largest"),
    )


def _table_client(text: str) -> TableClientName:
    try:
        return TableClientName(text.strip())
    except ValueError as unknown:
        raise ValueError("Tables__client is lean or sdk") from unknown


def _deployment(text: str) -> str:
    if _DEPLOYMENT.fullmatch(text) is None:
        raise ValueError("Payments__deployment has up to 64 letters, digits, '_' and '-'")
    return text


def _portal_parts(environment: Mapping[str, str]) -> PortalParts:
    return PortalParts(
        sign_in=web_address(environment, "Portal__signIn"),
        payment_form=web_address(environment, "Portal__paymentForm"),
        client_id=environment.get("Portal__clientId") or "",
        publishable_key=environment.get("Payments__publishableKey") or "",
        issuer=_required(environment, "Tokens__issuer"),
        audience=_required(environment, "Tokens__audience"),
    )


def _operator_tenants(text: str) -> OperatorTenants:
    try:
        return OperatorTenants.read(text)
    except ValueError as malformed:
        raise ValueError("Tokens__operatorTenants is a list of tenants' GUIDs separated by commas, or *") from malformed
