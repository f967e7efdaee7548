"""The clients of AWS: made at first use, with an identity of Azure instead of stored keys."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONNECT_SECONDS = 5
ANSWER_SECONDS = 30
TRIES = 3
"""A request is repeated by the client as AWS advises; after that the next run tries again."""

SESSION = "communications-credits"
"""The name of the role's sessions, by which CloudTrail shows what the service did."""


@dataclass(frozen=True, slots=True)
class AwsPlace:
    """Where AWS is. *endpoint* replaces the address of every service; None: AWS itself. *role* is the ARN of the role
    that is assumed with the token of an identity; None: boto3 finds keys as usual, such as in the environment.
    """

    region: str
    endpoint: str | None = None
    role: str | None = None


class AwsAccess:
    """The clients of S3 and SQS. *token* returns the identity's token for AWS; it is called when a role is assumed, at
    first and whenever its keys run out.
    """

    def __init__(self, place: AwsPlace, token: Callable[[], str]) -> None:
        self._place = place
        self._token = token
        self._made: tuple[SQSClient, S3Client] | None = None
        self._making = Lock()

    @property
    def sqs(self) -> "SQSClient":
        """The client of the queues."""
        return self._clients()[0]

    @property
    def s3(self) -> "S3Client":
        """The client of the objects."""
        return self._clients()[1]

    def close(self) -> None:
        """Close the connections, if there are any."""
        for client in self._made or ():
            client.close()

    def _clients(self) -> "tuple[SQSClient, S3Client]":
        with self._making:  # the clients are used in threads, and making one is not safe in several
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> "tuple[SQSClient, S3Client]":
        import boto3  # noqa: PLC0415 - optional, and a tenth of a second
        from botocore.config import Config  # noqa: PLC0415 - as boto3

        session = boto3.Session(botocore_session=self._session(), region_name=self._place.region)
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            s3={"addressing_style": "path"} if self._place.endpoint else None,
        )
        at = self._place.endpoint
        return (
            session.client("sqs", endpoint_url=at, config=config),
            session.client("s3", endpoint_url=at, config=config),
        )

    def _session(self) -> Any:  # noqa: ANN401 - botocore has no types
        """A session whose keys come from the role, if there is one. They are renewed before they run out."""
        import botocore.session  # noqa: PLC0415 - as boto3
        from botocore.credentials import (  # noqa: PLC0415 - as boto3
            AssumeRoleWithWebIdentityCredentialFetcher,
            CredentialProvider,
            CredentialResolver,
            DeferredRefreshableCredentials,
        )

        session, place = botocore.session.Session(), self._place
        if place.role is None:
            return session

        def sts(name: str, **options: Any) -> Any:  # noqa: ANN401 - as botocore's own
            return session.create_client(name, region_name=place.region, endpoint_url=place.endpoint, **options)

        fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
            client_creator=sts,
            web_identity_token_loader=self._token,
            role_arn=place.role,
            extra_args={"RoleSessionName": SESSION},
        )

        class Role(CredentialProvider):
            """The keys of the role."""

            METHOD = "assume-role-with-web-identity"

            def load(self) -> DeferredRefreshableCredentials:
                """The keys; they are fetched when a request needs them."""
                return DeferredRefreshableCredentials(fetcher.fetch_credentials, self.METHOD)

        session.register_component("credential_provider", CredentialResolver([Role()]))
        return session
