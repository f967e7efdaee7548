"""An operation of the HTTP interface: one method on one route, with everything that is checked and documented of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from pydantic import BaseModel

from shared.service.http import Reply, Request
from shared.service.roles import Role
from shared.service.services import Services

UseCase: TypeAlias = Callable[[Services, Request], Awaitable[Reply]]


class Precondition(Enum):
    """The header that an operation requires."""

    NONE = "none"
    IDEMPOTENCY_KEY = "Idempotency-Key"
    IF_MATCH = "If-Match"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one route.

    *name* is the function's name and the `operationId`; *path* is the route as it is registered, below `/api/`.
    *role* None: the route takes no token. *query* names the parameters that are accepted, no others. *body* is the
    model that validates a JSON body, the name of a model in `shared.interface.answers` that describes one which a rule
    validates, or the media type of another body; *may_omit_body*: no body is an empty object.
    *answer* is the name of a model there, or the media type of another answer. *statuses* are those of success, the
    usual one first. *errors* are the codes that are particular to this operation; those that follow from role, route,
    body and precondition need not be named.
    """

    name: str
    method: str
    path: str
    use_case: UseCase
    role: Role | None
    summary: str
    answer: str
    description: str = ""
    query: tuple[str, ...] = ()
    required_query: tuple[str, ...] = ()
    body: type[BaseModel] | str | None = None
    may_omit_body: bool = False
    precondition: Precondition = Precondition.NONE
    statuses: tuple[int, ...] = (200,)
    errors: tuple[str, ...] = ()
    has_etag: bool = False

    @property
    def is_in_v1(self) -> bool:
        """Whether unknown query parameters are refused. A page takes any: a browser that comes back from a bank has
        some in its address.
        """
        return self.path.startswith("v1/")
