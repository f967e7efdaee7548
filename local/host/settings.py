"""Settings from host.json, with overrides from the environment."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

OVERRIDE = "azurefunctionsjobhost__"
"""An application setting of this prefix replaces one value: `AzureFunctionsJobHost__extensions__queues__batchSize`."""

LEASE = "LocalHost__queueLease"
"""A setting of this host only, not of Azure's: a shorter lease, such as `00:00:05`. The messages of a killed host are
delivered again when the lease ends, and a proof that kills hosts cannot wait ten minutes each time."""

AZURE_LEASE = "00:10:00"
"""Fixed in Azure's extension; not to be confused with host.json's visibilityTimeout."""

_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})")
_TOKEN = re.compile(r"%([^%]+)%")


class BadSettingError(Exception):
    """host.json, a binding or an application setting is invalid or not supported by this host."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """host.json's `extensions.queues`; defaults as in the extension."""

    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    visibility_timeout: timedelta
    """The delay between retries, not the lease."""
    lease: timedelta
    """How long a received message is hidden from other hosts; renewed at half time."""


@dataclass(frozen=True, slots=True)
class HostSettings:
    """The settings of host.json that this host uses."""

    route_prefix: str
    function_timeout: timedelta
    queues: QueueSettings


def timespan(text: str) -> timedelta:
    """Parse .NET's `[d.]hh:mm:ss`."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise BadSettingError(f"{text!r} is not a time span such as 00:00:10")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    """Replace the leaf at *path*; names are compared regardless of case, as in .NET."""
    names = {name.lower(): name for name in tree}
    name = names.get(path[0], path[0])
    if len(path) == 1:
        tree[name] = value
    else:
        _put(tree.setdefault(name, {}), path[1:], value)


def host_settings(text: str, environment: Mapping[str, str]) -> HostSettings:
    """Read host.json's *text*, overridden by *environment*; raises BadSettingError."""
    tree = json.loads(text)
    for name, value in environment.items():
        if name.lower().startswith(OVERRIDE):
            _put(tree, name.lower().split("__")[1:], value)
    extensions = tree.get("extensions", {})
    queues = extensions.get("queues", {})
    if queues.get("messageEncoding", "base64") != "none":
        raise BadSettingError("this host does not decode messages: messageEncoding must be `none`")
    batch = int(queues.get("batchSize", 16))
    return HostSettings(
        route_prefix=extensions.get("http", {}).get("routePrefix", "api"),
        function_timeout=timespan(tree.get("functionTimeout", "00:30:00")),
        queues=QueueSettings(
            batch_size=batch,
            new_batch_threshold=int(queues.get("newBatchThreshold", batch // 2 * (os.cpu_count() or 1))),
            max_dequeue_count=int(queues.get("maxDequeueCount", 5)),
            visibility_timeout=timespan(queues.get("visibilityTimeout", "00:00:00")),
            lease=timespan(environment.get(LEASE) or AZURE_LEASE),
        ),
    )


def resolve(text: str, environment: Mapping[str, str]) -> str:
    """Replace each `%SETTING%` in a binding's *text*; raises BadSettingError for one that is not set."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise BadSettingError(f"a binding refers to the setting {match[1]}, which is not set")
        return environment[match[1]]

    return _TOKEN.sub(value, text)


def connection(name: str, environment: Mapping[str, str]) -> str:
    """The connection string for a binding's `connection`; raises BadSettingError when there is none."""
    for key in (name, f"AzureWebJobs{name}"):
        if environment.get(key):
            return environment[key]
    raise BadSettingError(f"a binding's connection refers to the setting {name}, which contains no connection string")
