"""The commands of docs/connect-aws.md for AWS run unchanged, and what they set up carries a record to the bridge."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import boto3
import httpx
import pytest

from local.machine.paths import ROOT
from shared.adapters.aws.access import AwsAccess, AwsPlace
from shared.adapters.aws.sqs_object_feed import HIDDEN_FOR, SqsObjectFeed
from shared.use_cases.collection.s3_notification import announced

PAGE = (ROOT / "docs" / "connect-aws.md").read_text()
BLOCKS = re.findall(r"(?m)^```sh\n(.*?)^```$", PAGE, re.DOTALL)
FAKE = Path(__file__).with_name("aws_cli.py")
REGION, BUCKET = "eu-central-1", "example-call-records"
KEYS = {"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "example", "AWS_CONFIG_FILE": "nowhere"}


@pytest.fixture
def session(aws_endpoint, monkeypatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    httpx.post(f"{aws_endpoint}/moto-api/reset", trust_env=False, verify=False).raise_for_status()
    made = boto3.Session(region_name=REGION)
    made.client("s3", endpoint_url=aws_endpoint).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    return made


@pytest.fixture
def queue_url(session, aws_endpoint, tmp_path):
    """The address of the queue that the page's commands have made."""
    fake = tmp_path / "aws"
    fake.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n')
    fake.chmod(0o755)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "".join(BLOCKS)],
        cwd=tmp_path,
        env={**KEYS, "PATH": f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin", "FAKE_AWS": aws_endpoint},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return session.client("sqs", endpoint_url=aws_endpoint).get_queue_url(QueueName="credits-calls")["QueueUrl"]


async def test_what_the_page_sets_up_announces_objects_and_keeps_dead_letters(session, aws_endpoint, queue_url):
    s3, sqs = session.client("s3", endpoint_url=aws_endpoint), session.client("sqs", endpoint_url=aws_endpoint)
    s3.put_object(Bucket=BUCKET, Key="Amazon-Chime-Voice-Connector-CDRs/json/c/1", Body=b"{}")
    s3.put_object(Bucket=BUCKET, Key="other/1", Body=b"{}")
    feed = SqsObjectFeed(AwsAccess(AwsPlace(REGION, aws_endpoint), lambda: ""), queue_url, HIDDEN_FOR, 0)
    keys = [where.key for each in await feed.receive() for where in announced(each.body)]
    assert keys == ["Amazon-Chime-Voice-Connector-CDRs/json/c/1"]
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    policy = json.loads(found["RedrivePolicy"])
    assert (policy["deadLetterTargetArn"].rsplit(":", 1)[1], policy["maxReceiveCount"]) == ("credits-calls-dead", 5)
    assert timedelta(seconds=int(found["MessageRetentionPeriod"])) == timedelta(days=14)
    [statement] = json.loads(found["Policy"])["Statement"]
    assert statement["Resource"] == found["QueueArn"]


@pytest.mark.usefixtures("queue_url")
def test_the_role_trusts_only_the_identity_and_may_only_read_and_take(session, aws_endpoint):
    iam = session.client("iam", endpoint_url=aws_endpoint)
    role = iam.get_role(RoleName="communications-credits")["Role"]
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    [(tenant, identity)] = re.findall(r"TENANT=(\S+) IDENTITY=(\S+)", BLOCKS[0])
    issuer = f"sts.windows.net/{tenant}/"
    assert trust["Condition"]["StringEquals"] == {
        f"{issuer}:aud": f"api://{tenant}/communications-credits-aws",
        f"{issuer}:sub": identity,
    }
    providers = [one["Arn"] for one in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    assert trust["Principal"]["Federated"] in providers
    rights = iam.get_role_policy(RoleName="communications-credits", PolicyName="read-calls")["PolicyDocument"]
    assert {action for statement in rights["Statement"] for action in statement["Action"]} == {
        *("s3:GetObject", "s3:GetObjectVersion"),
        *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
    }
