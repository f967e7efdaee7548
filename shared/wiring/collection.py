"""What the service collects itself, from its settings; nothing is imported or connected before it is used."""

from shared.adapters.aws.access import AwsAccess, AwsPlace
from shared.adapters.aws.sqs_object_feed import HIDDEN_FOR, WAIT_SECONDS, SqsObjectFeed
from shared.adapters.identity.outside_tokens import OwnTokens, TenantTokens
from shared.collection_settings import GraphSettings, SqsSettings, is_encrypted
from shared.ports import Clock, Watermarks
from shared.service.collection import Collection, Objects, PolledLogs
from shared.settings import Settings


def collection(settings: Settings, own: OwnTokens, watermarks: Watermarks, clock: Clock) -> Collection:
    """What *settings* switch on."""
    return Collection(
        objects=None if settings.sqs is None else _objects(settings.sqs, own),
        logs=None if settings.graph is None else _logs(settings.graph, own, watermarks, clock),
    )


def _objects(sqs: SqsSettings, own: OwnTokens) -> Objects:
    access = AwsAccess(AwsPlace(sqs.region, sqs.endpoint, sqs.role), lambda: own.token(f"{sqs.audience}/.default"))
    return Objects(SqsObjectFeed(access, sqs.queue_url, HIDDEN_FOR, WAIT_SECONDS), sqs.profile)


def _logs(graph: GraphSettings, own: OwnTokens, watermarks: Watermarks, clock: Clock) -> PolledLogs:
    from shared.adapters.graph.graph_call_logs import GraphCallLogs  # noqa: PLC0415 - cold start

    tokens = TenantTokens(own, graph.application, f"{graph.address.rstrip('/')}/.default")
    logs = GraphCallLogs(graph.address, tokens.token if is_encrypted(graph.address) else None, clock)
    return PolledLogs(logs, watermarks, graph.tenants, graph.overlap)
