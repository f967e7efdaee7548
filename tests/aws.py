"""AWS in memory: moto's server, in a thread of this process. It speaks S3, SQS and STS over HTTP, as boto3 expects."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from shared.adapters.aws.access import AwsAccess, AwsPlace

REGION = "us-east-1"
PREFIX = "Amazon-Chime-Voice-Connector-CDRs/"
RECEIVES_MAX = 2


@dataclass(frozen=True, slots=True)
class Aws:
    """A bucket whose objects under `PREFIX` are announced on a queue, which has a dead-letter queue."""

    endpoint: str
    sqs: Any
    s3: Any
    bucket: str
    queue: str
    dead: str

    def access(self) -> AwsAccess:
        return AwsAccess(AwsPlace(REGION, self.endpoint), lambda: "")

    def put(self, key: str, content: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def waiting(self, queue: str | None = None) -> int:
        """Messages in a queue, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=queue or self.queue, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def bodies(self, queue: str) -> list[str]:
        """The messages of *queue*; they are not deleted."""
        found = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        return [message["Body"] for message in found.get("Messages", ())]

    def move_back(self) -> None:
        """Move the dead letters into the queue, as an operator does (StartMessageMoveTask, which moto lacks)."""
        found = self.sqs.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10)
        for message in found.get("Messages", ()):
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=message["Body"])
            self.sqs.delete_message(QueueUrl=self.dead, ReceiptHandle=message["ReceiptHandle"])


def make_aws(endpoint: str, receives_max: int = RECEIVES_MAX) -> Aws:
    """A new bucket and new queues at *endpoint*."""
    name, (sqs, s3) = uuid4().hex, _clients(endpoint)
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    policy = {"deadLetterTargetArn": _arn(sqs, dead), "maxReceiveCount": receives_max}
    queue = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]
    s3.create_bucket(Bucket=name)
    return Aws(endpoint, sqs, s3, name, queue, dead)


@cache
def _clients(endpoint: str) -> tuple[Any, Any]:
    """Clients of queues and buckets: boto3 takes long to make one."""
    session = boto3.Session("example", "example", region_name=REGION)
    return session.client("sqs", endpoint_url=endpoint), session.client("s3", endpoint_url=endpoint)


def notify(aws: Aws) -> None:
    """Let the bucket announce its objects."""
    rule = {
        "QueueArn": _arn(aws.sqs, aws.queue),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": PREFIX}]}},
    }
    aws.s3.put_bucket_notification_configuration(
        Bucket=aws.bucket, NotificationConfiguration={"QueueConfigurations": [rule]}
    )


def _arn(sqs: Any, queue: str) -> str:
    return str(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


@pytest.fixture(scope="session")
def aws_endpoint() -> Iterator[str]:
    """The address of a moto server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(aws_endpoint, monkeypatch) -> Aws:
    """A bucket and queues of one test. The keys are set, or a developer's own profile would be used."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "example")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_CONFIG_FILE", "nowhere")
    return make_aws(aws_endpoint)
