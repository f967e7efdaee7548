"""Store the profile of a source (CONTRACT 6)."""

from shared.service.http import Flaw, ProblemError, Reply, Request
from shared.service.services import Services
from shared.use_cases.usage.source_profile import PROFILE_NAME, SourceProfile


async def put_profile(services: Services, request: Request) -> Reply:
    """201 with a new profile, 200 with one that replaces another. Records that are already booked do not change."""
    name = request.path["name"]
    if not PROFILE_NAME.fullmatch(name):
        flaw = Flaw("/name", "invalid", "up to 64 letters, digits, '-', '_' and '.'")
        raise ProblemError(
            "invalid_request", "a profile's name has up to 64 letters, digits, '-', '_' and '.'", (flaw,)
        )
    profile = request.json(SourceProfile)
    is_new = await services.imports.put_profile(name, profile.model_dump_json())
    return Reply(201 if is_new else 200, {"name": name, **profile.model_dump()})
