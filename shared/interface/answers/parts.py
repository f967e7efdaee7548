"""What several answers are made of: money, pages, problems."""

from typing import Annotated, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from shared.service.problems import STATUS

T = TypeVar("T")

AccountIdText: TypeAlias = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Amount: TypeAlias = Annotated[str, Field(pattern=r"^-?[0-9]+\.[0-9]{6}$", description="Always six decimal places.")]
CurrencyCode: TypeAlias = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")]


class Answer(BaseModel):
    """Names of the wire, such as `purchasedAt`; every field is always there, null where it says nothing."""

    model_config = ConfigDict(frozen=True)


class Money(Answer):
    """An amount of one currency."""

    amount: Amount
    currency: CurrencyCode


class Page(Answer, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: Annotated[str | None, Field(description="Send it as `after` to read the next page; null on the last one.")]


class FieldError(Answer):
    """What is wrong with one field."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) to the field, or `/` and a parameter's name.")]
    code: str
    detail: str
    remedy: Annotated[str | None, Field(description="What would resolve a reason against buying credit.")] = None


class Problem(Answer):
    """An error (RFC 9457)."""

    type: Annotated[str, Field(description="A URI for each code.")]
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(json_schema_extra={"enum": sorted(STATUS)})]
    correlationId: Annotated[str, Field(description="As in the header `X-Correlation-Id`.")]  # noqa: N815
    errors: list[FieldError] | None = None
