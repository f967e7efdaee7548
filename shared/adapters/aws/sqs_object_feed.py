"""The `ObjectFeed` port on SQS and S3. boto3 blocks, so each request runs in a thread."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from shared.adapters.aws.access import AwsAccess
from shared.ports import Announcement, ObjectUnreadableError, StoredObject, UnavailableError

T = TypeVar("T")

RECEIVED_MAX = 10
"""The most messages that SQS returns, deletes or prolongs in one request."""

WAIT_SECONDS = 2
"""Any wait makes SQS ask all of its servers (long polling). A longer one would be billed by Azure, minute by minute."""

READ = "S3, read"

HIDDEN_FOR = timedelta(minutes=5)
"""Ten small objects are read in seconds; this is what a run that dies costs."""

UNREADABLE = frozenset(
    {
        *("NoSuchKey", "NoSuchBucket", "NoSuchVersion", "404"),
        *("AccessDenied", "AllAccessDisabled", "AccountProblem", "403"),
        *("InvalidObjectState", "MethodNotAllowed", "InvalidArgument", "PermanentRedirect"),
        *("InvalidBucketName", "KeyTooLongError"),
    }
)
"""S3's codes for what does not end by itself: no such object, no right to it, or it is archived or deleted. Others,
such as expired keys or a lack of capacity, are outages.
"""


class SqsObjectFeed:
    """The messages of the queue at *queue_url*, and the objects of S3 that they announce. An empty queue is watched for
    *wait_seconds*, 0 to 20.
    """

    def __init__(self, access: AwsAccess, queue_url: str, hidden_for: timedelta, wait_seconds: int) -> None:
        self._access = access
        self._queue_url = queue_url
        self._hidden_for = hidden_for
        self._wait_seconds = wait_seconds

    @property
    def hidden_for(self) -> timedelta:
        """See `ObjectFeed.hidden_for`."""
        return self._hidden_for

    async def receive(self) -> Sequence[Announcement]:
        """See `ObjectFeed.receive`."""

        def receive() -> Sequence[Announcement]:
            answer = self._access.sqs.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=RECEIVED_MAX,
                WaitTimeSeconds=self._wait_seconds,
                VisibilityTimeout=self._hidden_seconds,
            )
            return [
                Announcement(message["MessageId"], message["ReceiptHandle"], message["Body"])
                for message in answer.get("Messages", ())
            ]

        return await _request("SQS, receive", receive)

    async def prolong(self, announcements: Sequence[Announcement]) -> None:
        """See `ObjectFeed.prolong`."""

        def prolong() -> None:
            self._access.sqs.change_message_visibility_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {"Id": str(place), "ReceiptHandle": each.receipt, "VisibilityTimeout": self._hidden_seconds}
                    for place, each in enumerate(announcements)
                ],
            )

        await _request("SQS, prolong", prolong)

    async def delete(self, announcements: Sequence[Announcement]) -> Sequence[Announcement]:
        """See `ObjectFeed.delete`. The answer has status 200 even if some messages were not deleted."""

        def delete() -> Sequence[Announcement]:
            answer = self._access.sqs.delete_message_batch(
                QueueUrl=self._queue_url,
                Entries=[{"Id": str(place), "ReceiptHandle": each.receipt} for place, each in enumerate(announcements)],
            )
            return [announcements[int(failed["Id"])] for failed in answer.get("Failed", ())]

        return await _request("SQS, delete", delete)

    async def read(self, where: StoredObject, most: int) -> bytes:
        """See `ObjectFeed.read`."""

        def read() -> bytes:
            s3, bucket, key = self._access.s3, where.bucket, where.key
            if where.version:
                answer = s3.get_object(Bucket=bucket, Key=key, VersionId=where.version)
            else:
                answer = s3.get_object(Bucket=bucket, Key=key)
            with answer["Body"] as body:
                content = body.read(most + 1)
            if len(content) > most:
                raise ObjectUnreadableError(f"larger than {most} bytes")
            return content

        return await _request(READ, read)

    @property
    def _hidden_seconds(self) -> int:
        return int(self._hidden_for.total_seconds())


async def _request(what: str, request: Callable[[], T]) -> T:
    """Carry out *request* in a thread, with botocore's errors as the port's."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError  # noqa: PLC0415 - as boto3

    try:
        return await asyncio.to_thread(request)
    except ClientError as refused:
        code = refused.response.get("Error", {}).get("Code", "")
        if what == READ and code in UNREADABLE:
            raise ObjectUnreadableError(code) from refused
        raise UnavailableError(f"{what}: {code}") from refused
    except (BotoCoreError, OSError) as outage:
        if what == READ and isinstance(outage, ParamValidationError):  # a name that no bucket or key can have
            raise ObjectUnreadableError("no such name is possible") from outage
        raise UnavailableError(f"{what}: {type(outage).__name__}") from outage
