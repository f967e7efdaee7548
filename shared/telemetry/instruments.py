"""All metrics; docs/observability.md explains each. Counters count effects that are known to have happened, once each.

Without an exporter, instruments drop their values.
"""

from collections.abc import Iterable, Mapping

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

NAME = "communications_credits"
"""The name of the meter and of the tracer."""

METER = metrics.get_meter(NAME)


class OneTimeGauge:
    """A gauge that exports each value once. The API's own gauge repeats its last value as long as its process lives,
    even if another process measures by then: an age would stay high, and missing measurements could not be noticed.
    """

    def __init__(self, name: str, unit: str, description: str) -> None:
        self._latest: dict[tuple[tuple[str, str], ...], float] = {}
        METER.create_observable_gauge(name, [self._observations], unit, description)

    def set(self, value: float, attributes: Mapping[str, str]) -> None:
        """Export *value* with the next export."""
        self._latest[tuple(attributes.items())] = value

    def _observations(self, _options: CallbackOptions) -> Iterable[Observation]:
        latest, self._latest = self._latest, {}
        return [Observation(value, dict(attributes)) for attributes, value in latest.items()]


DEBITS = METER.create_counter("credits.debits", "{event}", "usage events booked")
COMMIT_EVENTS = METER.create_histogram("credits.commit.events", "{event}", "events in one commit")
COMMIT_CONFLICTS = METER.create_counter("credits.commit.conflicts", "{commit}", "races lost on an account's head")
HOLDS = METER.create_counter("credits.holds", "{hold}", "holds opened and extended, and how they ended")
AUTHORISATIONS = METER.create_counter("credits.authorisations", "{answer}", "answers to telephony systems, by outcome")
AUTHORISATION_DURATION = METER.create_histogram(
    "credits.authorisation.duration",
    "s",
    "from a telephony system's question to its answer",
    explicit_bucket_boundaries_advisory=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
QUEUE_OLDEST_AGE = OneTimeGauge("credits.queue.oldest_age", "s", "age of the oldest visible message; 0: none waits")
QUEUE_MESSAGES = OneTimeGauge("credits.queue.messages", "{message}", "messages in the queue, leased ones included")
SUSPENDED = METER.create_counter("credits.suspended", "{event}", "usage events put into suspense")
IGNORED = METER.create_counter(
    "credits.usage.ignored", "{record}", "records that cost nothing by a rule of their format"
)
SUSPENSE_TIME_LEFT = OneTimeGauge(
    "credits.suspense.time_left", "s", "until the oldest open item in suspense is deleted; absent: none is open"
)
SUSPENSE_OPEN = OneTimeGauge("credits.suspense.open", "{item}", "items that wait in suspense")
RECHARGES = METER.create_counter("credits.recharges", "{recharge}", "what became of tries to recharge")
REFUNDS = METER.create_counter("credits.refunds", "{refund}", "what became of refunds")
CHARGEBACKS = METER.create_counter("credits.chargebacks", "{step}", "steps of disputes that were booked")
BRAKE = METER.create_counter("credits.brake", "{account}", "fraud brakes that braked or were released")
EMAILS = METER.create_counter("credits.emails", "{email}", "what became of e-mails to administrators")
THROTTLED = METER.create_counter("credits.throttled", "{request}", "requests refused because of a limit")
WEBHOOKS = METER.create_counter("credits.webhooks", "{webhook}", "webhooks of the payment provider, by outcome")
BREAKAGE = METER.create_counter("credits.breakage", "{micro-unit}", "lapsed credit")
AUDIT_ACCOUNTS = METER.create_counter("credits.audit.accounts", "{account}", "accounts audited")
AUDIT_FINDINGS = METER.create_counter("credits.audit.findings", "{finding}", "what the audit found wrong")
AUDIT_WHOLE_AGE = OneTimeGauge("credits.audit.whole_age", "s", "since the oldest of all accounts' last whole audits")
AUDIT_OVERDUE = OneTimeGauge("credits.audit.overdue", "{account}", "accounts that have missed an audit")
RECONCILIATION_DIFFERENCES = METER.create_counter(
    "credits.reconciliation.differences", "{payment}", "payments on which the provider and the ledger differ"
)
ANNOUNCEMENTS = METER.create_counter(
    "credits.bridge.announcements", "{announcement}", "announced objects of AWS, and what became of them"
)
BRIDGE_RUNS = METER.create_counter("credits.bridge.runs", "{run}", "runs of the bridge from AWS, by outcome")
CALL_LOG_RUNS = METER.create_counter("credits.call_log.runs", "{run}", "runs of the poller of call logs, by outcome")
CALL_LOG_AGE = OneTimeGauge("credits.call_log.age", "s", "since the instant up to which a call log has been read")
