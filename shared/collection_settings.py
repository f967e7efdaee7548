"""The settings of what the service collects itself; each part is off unless it is configured (CONTRACT 6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from shared.kernel.ids import AccountId, account_id
from shared.kernel.setting_values import split_list, whole_number

OVERLAP_HOURS = 72
"""Rows of call logs appear 24 to 48 hours after their call; another day is the margin."""

OVERLAP_HOURS_MAX = 720

_HTTPS = re.compile(r"https://[!-~]+", re.IGNORECASE)
_HTTP = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_REGION = re.compile(r"[a-z0-9-]{1,32}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]+")
_PROFILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class SqsSettings:
    """The bridge from AWS. *endpoint* is None for AWS itself. *role* is assumed with a token for *audience*; without it
    boto3 finds keys as usual. *profile* is the usage profile that says whose calls the records are.
    """

    queue_url: str
    region: str
    endpoint: str | None
    role: str | None
    audience: str | None
    profile: str | None


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """The poller of call logs. *application* is the id of the registered application that the tenants have consented
    to; None: the service's own identity asks, in its own tenant.
    """

    tenants: tuple[AccountId, ...]
    address: str
    application: str | None
    overlap: timedelta


def read_sqs(environment: Mapping[str, str]) -> SqsSettings | None:
    """The bridge's settings; None without a queue and a region. ValueError names a malformed one."""
    queue_url, region = _text(environment, "Sqs__queueUrl"), _text(environment, "Sqs__region")
    if queue_url is None or region is None:
        return None
    found = SqsSettings(
        queue_url=_matched("Sqs__queueUrl", queue_url, _HTTP, "the URL of a queue"),
        region=_matched("Sqs__region", region, _REGION, "a region such as eu-central-1"),
        endpoint=_optional(environment, "Sqs__endpoint", _HTTP, "a web address"),
        role=_optional(environment, "Sqs__role", _ROLE, "the ARN of a role"),
        audience=_text(environment, "Sqs__audience"),
        profile=_optional(environment, "Sqs__profile", _PROFILE, "the name of a usage profile"),
    )
    if (found.role is None) is not (found.audience is None):
        raise ValueError("Sqs__role and Sqs__audience are set together, or neither")
    if found.role and found.endpoint and not is_encrypted(found.endpoint):
        raise ValueError("Sqs__endpoint begins with https:// where Sqs__role is set: tokens are sent there")
    return found


def read_graph(environment: Mapping[str, str]) -> GraphSettings | None:
    """The poller's settings; None without tenants and an address. ValueError names a malformed one."""
    tenants, address = split_list(environment.get("Graph__tenants") or ""), _text(environment, "Graph__address")
    if not tenants or address is None:
        return None
    application = _text(environment, "Graph__clientId")
    return GraphSettings(
        tenants=tuple(dict.fromkeys(_guid("Graph__tenants", tenant) for tenant in tenants)),
        address=_matched("Graph__address", address, _HTTP, "an address such as https://graph.microsoft.com"),
        application=None if application is None else _guid("Graph__clientId", application),
        overlap=timedelta(hours=whole_number(environment, "Graph__overlapHours", OVERLAP_HOURS, OVERLAP_HOURS_MAX)),
    )


def is_encrypted(address: str) -> bool:
    """Whether *address* is reached over TLS. Bearer tokens must not be sent otherwise (RFC 6750, 5.3)."""
    return _HTTPS.fullmatch(address) is not None


def _text(environment: Mapping[str, str], name: str) -> str | None:
    return (environment.get(name) or "").strip() or None


def _optional(environment: Mapping[str, str], name: str, pattern: re.Pattern[str], what: str) -> str | None:
    text = _text(environment, name)
    return None if text is None else _matched(name, text, pattern, what)


def _matched(name: str, text: str, pattern: re.Pattern[str], what: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(f"{name} is {what}")
    return text


def _guid(name: str, text: str) -> AccountId:
    try:
        return account_id(text)
    except ValueError as malformed:
        raise ValueError(f"{name} consists of GUIDs, separated by commas where there are several") from malformed
