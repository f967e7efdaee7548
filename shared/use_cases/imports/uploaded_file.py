"""What every uploaded file of calls must be: not too large, and of a profile that exists (CONTRACT 6)."""

from shared.service.http import Flaw, ProblemError, Request
from shared.service.services import Services
from shared.use_cases.usage.source_profile import ProfileMissingError, profile_for

FILE_BYTES_MAX = 100 * 1024 * 1024


async def profile_of_upload(services: Services, request: Request, form: str) -> str | None:
    """The name of the profile that the request asks for, which exists for the format *form*; None: no profile.
    ProblemError `invalid_request` without such a profile, `payload_too_large` above `FILE_BYTES_MAX`.
    """
    profile = request.query.get("profile")
    try:
        await profile_for(services, profile, form)
    except ProfileMissingError as error:
        raise ProblemError("invalid_request", str(error), (Flaw("/profile", "unknown", str(error)),)) from error
    if len(request.body) > FILE_BYTES_MAX:
        raise ProblemError(
            "payload_too_large",
            f"an upload has at most {FILE_BYTES_MAX} bytes; send parts, or put a file of usage into the container",
        )
    return profile
