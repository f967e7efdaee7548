"""The setting `Plans__minutes` reaches the use cases. tests/rules/plans tests its form."""

from shared.adapters.clock import SystemClock
from shared.plans.catalogue import PoolKind
from shared.wiring.composition import opened
from tests.reading_settings import settings_of


async def test_the_services_have_the_sizes_of_the_setting(azurite):
    settings = settings_of(CreditsStorage=azurite, Plans__minutes="MCOPSTN1/domestic/MX=1200")
    async with opened(settings, SystemClock()) as services:
        assert services.rules.plan_sizes == {("MCOPSTN1", PoolKind.DOMESTIC, "MX"): 1200}
