"""The service's API over HTTP, for one account, with a token of that tenant."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self, TypeAlias

import httpx

from local.machine.running_instance import RunningInstance

Json: TypeAlias = dict[str, Any]

TIMEOUT_SECONDS = 60
PAGE_SIZE = 1000
"""The longest page of a list that the service answers."""


class RefusedError(Exception):
    """The service refused a request; the message has its answer."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NoAnswerError(Exception):
    """The service did not answer."""


class ServiceClient:
    """Requests of *account*, with a token that has *roles*."""

    def __init__(
        self,
        running: RunningInstance,
        account: str,
        roles: tuple[str, ...],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.account = account
        self._client = httpx.Client(
            base_url=f"{running.http}/api/v1",
            headers=running.bearer(account, *roles),
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            verify=False,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, **query: str) -> Any:
        """The JSON at *path*. A path without a leading slash is one of the account's."""
        return self._send("GET", path, params=query)

    def all(self, path: str, **query: str) -> list[Json]:
        """Every item of a list, page by page."""
        return list(self.items(path, **query))

    def items(self, path: str, **query: str) -> Iterator[Json]:
        """The items of a list, a page at a time, as they are needed."""
        page = self.get(path, limit=str(PAGE_SIZE), **query)
        yield from page["items"]
        while page["next"]:
            page = self.get(path, limit=str(PAGE_SIZE), after=page["next"], **query)
            yield from page["items"]

    def post(self, path: str, body: Json, key: str | None = None) -> Json:
        """The JSON that a POST answers, sent with an Idempotency-Key where one is needed."""
        found: Json = self._send("POST", path, json=body, headers={"Idempotency-Key": key} if key else {})
        return found

    def send_file(self, path: str, content: bytes, **query: str) -> Json:
        """The JSON that a POST of a file answers."""
        found: Json = self._send("POST", path, content=content, params=query)
        return found

    def put(self, path: str, body: Json) -> Json:
        """The JSON that a PUT answers, where no ETag is needed."""
        found: Json = self._send("PUT", path, json=body)
        return found

    def change(self, path: str, body: object) -> Any:
        """Change settings as a portal does: read them, then write with the ETag that was read."""
        etag = self._client.get(self._full(path)).headers["ETag"]
        return self._send("PUT", path, json=body, headers={"If-Match": etag})

    def _send(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._client.request(method, self._full(path), **more)
        except httpx.HTTPError as wrong:
            raise NoAnswerError(f"the service at {self._client.base_url} does not answer: {wrong!r}") from wrong
        return json_of(answer)

    def _full(self, path: str) -> str:
        return path if path.startswith("/") else f"/accounts/{self.account}/{path}".rstrip("/")


def json_of(answer: httpx.Response) -> Any:
    """The JSON of an answer; RefusedError when it is an error."""
    if answer.is_success:
        return answer.json()
    request = f"{answer.request.method} {answer.request.url.path}"
    raise RefusedError(f"{request}: {answer.status_code} {_problem_text(answer)}", answer.status_code)


def _problem_text(answer: httpx.Response) -> str:
    """Code, detail and flaws of a problem (RFC 9457); the text of any other body."""
    if answer.headers.get("content-type", "").split(";")[0] != "application/problem+json":
        return answer.text
    problem = answer.json()
    flaws = [f"{flaw['pointer']}: {flaw['detail']}" for flaw in problem.get("errors", [])]
    return "; ".join([f"{problem['code']}: {problem['detail']}", *flaws])
