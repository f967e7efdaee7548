"""Where the facts of the plan catalogue come from. The documents were read as stored copies; none of them live.

Unless it says otherwise, a path is in the public repository MicrosoftDocs/OfficeDocs-SkypeForBusiness or in a fork that
kept its history. A date is that of the copy, so that a fact is true no later than that day.
"""

from collections.abc import Mapping
from types import MappingProxyType

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "availability-2018": "Skype/SfbOnline availability-in-*.md, 2018-02-17 to 2018-10-30",
        "availability-2022": "Teams availability-in-*.md, German edition, 2022-09-10",
        "availability-us": "Teams availability-in-the-united-states-u-s.md, 2019-2020",
        "international-list": "Teams users-can-make-outbound-calls-to-these-countries-and-regions.md, 2019-03-15",
        "calling-plans": "Teams/calling-plans-for-office-365.md, 2024-08-05",
        "add-on-licences": "Teams/teams-add-on-licensing/assign-teams-add-on-licenses.md, 2024-03-26",
        "add-on-licensing": "Teams/teams-add-on-licensing/microsoft-teams-add-on-licensing.md, 2024-06-18",
        "usage-report": "Teams/teams-analytics-and-reports/pstn-usage-report.md: the capabilities",
        "pools-report": "Teams/teams-analytics-and-reports/pstn-minute-pools-report.md",
        "dial-out": "Teams/audio-conferencing-subscription-dial-out.md, 2024-05-22",
        "zones": "Teams/audio-conferencing-zones.md, 2025-02-21",
        "dial-out-us-ca": "Teams/dial-out-minutes-canada-us.md, 2025-01-29",
        "pay-per-minute": "Teams/audio-conferencing-pay-per-minute.md, 2025-01-29",
        "free-period": "Teams/complimentary-dial-out-period.md, 2018-11-12 and 2024-06-28",
        "credits": "Teams/what-are-communications-credits.md, 2024-11-18",
        "threads": "issues and pull requests 652, 2100, 6110, 9225, 9226, 9242, 9272, 9665, 9807, 10778, 10783",
        "licence-names": "names of licences and parts in administrators' published scripts",
    }
)
