"""The settings (CONTRACT 5) that a machine without Azure gives to the service."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.service.operators import ANY

AUDIENCE = "api://communications-credits"

SCHEDULES = {
    "NightlyExpiry__schedule": "0 5 2 * * *",
    "RechargeRetries__schedule": "0 * * * * *",
    "NightlyAudit__schedule": "0 5 3 * * *",
    "SuspenseRetention__schedule": "0 35 3 * * *",
    "CallRecordRetention__schedule": "0 50 3 * * *",
    "QueueMeasuring__schedule": "0 * * * * *",
    "SqsBridge__schedule": "30 * * * * *",
    "GraphPoller__schedule": "0 20 * * * *",
}

EXPORT_INTERVALS = {
    "OTEL_BSP_SCHEDULE_DELAY": "500",
    "OTEL_METRIC_EXPORT_INTERVAL": "2000",
}
"""Milliseconds until spans and metrics are sent; a developer does not wait for a minute."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys made for one run of a machine; the service and its stand-ins share them."""

    payments_key: str
    webhook_secret: str
    mail_key: str


def service_settings(storage: str, http: str, addresses: Mapping[str, str], secrets: Secrets) -> dict[str, str]:
    """The application settings of a service at *http* that uses this machine's stand-ins."""
    return {
        "CreditsStorage": storage,
        "AzureWebJobsStorage": storage,
        "Payments__key": secrets.payments_key,
        "Payments__webhookSecrets": secrets.webhook_secret,
        "Payments__address": addresses["payments"],
        "Portal__signIn": f"{addresses['issuer']}/sign-in.js",
        "Portal__paymentForm": f"{addresses['payments']}/_form",
        "Mail__endpoint": addresses["mailbox"],
        "Mail__sender": "DoNotReply@credits.example",
        "Mail__key": secrets.mail_key,
        "Tokens__issuer": addresses["issuer"],
        "Tokens__audience": AUDIENCE,
        "Tokens__operatorTenants": ANY,
        "Portal__address": f"{http}/api/portal",
        **SCHEDULES,
    }


def telemetry_settings(traces: str) -> dict[str, str]:
    """Settings with which a host sends its spans and metrics to the collector at *traces*."""
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": traces, **EXPORT_INTERVALS}
