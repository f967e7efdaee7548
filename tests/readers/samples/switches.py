"""Samples of FreeSWITCH and Cisco's Unified Communications Manager."""

import json
from typing import Any

from tests.readers.samples.sample import Record, Sample, text

FREESWITCH: dict[str, Any] = {
    "core-uuid": "core",
    "switchname": "fs-1",
    "variables": {
        "uuid": "u-1",
        "direction": "inbound",
        "sip_auth_username": "1001",
        "answer_epoch": "1772362800",
        "billsec": "59",
        "billmsec": "59400",
        "sip_from_user": "%2B12025550173",
    },
    "callflow": [
        {"caller_profile": {"caller_id_number": "1001", "destination_number": "02079460123", "context": "default"}}
    ],
}


def freeswitch(*, context="default", flow=None, **variables):
    caller = {"caller_id_number": "1001", "destination_number": "02079460123", "context": context, **(flow or {})}
    return {
        **FREESWITCH,
        "variables": {**FREESWITCH["variables"], **variables},
        "callflow": [{"caller_profile": caller}],
    }


B_LEG = freeswitch(uuid="u-2", direction="outbound", flow={"originator": {"originator_caller_profiles": [{}]}})
_FREE = "out user 1001 1001 +442079460123 2026-03-01T11:00:00Z"

CUCM = (
    '"cdrRecordType","callingPartyNumber","callingPartyUnicodeLoginUserID","finalCalledPartyNumber",'
    '"finalCalledPartyUnicodeLoginUserID","dateTimeConnect","pkid","duration","origDeviceName","destDeviceName",'
    '"globalCallId_ClusterID"'
)
TYPES = "INTEGER,VARCHAR(50),VARCHAR(128),VARCHAR(50),VARCHAR(128),INTEGER,UNIQUEIDENTIFIER,INTEGER,VARCHAR(129)"


def cucm(pkid, orig="SEP001", dest="GW-1", *, connect=1772362800, called="442079460123", kind=1):
    return f'{kind},"5035550194","ann","{called}","bob",{connect},"{pkid}",60,"{orig}","{dest}","cluster-1"'


SAMPLES = (
    Sample(
        "FreeSWITCH: one leg",
        "freeswitch-json",
        json.dumps(FREESWITCH, indent=1).encode(),
        [Record(f"u-1: {_FREE} 60", "a part of a second counts")],
        country="GB",
    ),
    Sample(
        "FreeSWITCH: legs and directions",
        "freeswitch-json",
        text(
            *map(
                json.dumps,
                (
                    B_LEG,
                    freeswitch(uuid="u-3", answer_epoch="0"),
                    freeswitch(uuid="u-4", context="public", sip_auth_username=None),
                    freeswitch(uuid="u-5", billmsec=None),
                    freeswitch(uuid=None),
                    freeswitch(answer_epoch=None),
                    {"variables": "x"},
                ),
            )
        ),
        [
            Record("ignored other_leg", "the B leg of a call whose A leg is billed"),
            Record("ignored not_answered", "never answered"),
            Record(
                "u-4: in autoAttendant - 1001 +442079460123 2026-03-01T11:00:00Z 60", "from outside: context public"
            ),
            Record(f"u-5: {_FREE} 59", "an older switch has whole seconds only"),
            Record("refused invalid_field uuid: required", "without its identity it could be booked twice"),
            Record("refused invalid_field answer_epoch: required", "whether it was answered is not known"),
            Record("refused not_a_call variables: required", "no record of a leg"),
        ],
        country="GB",
    ),
    Sample(
        "FreeSWITCH: each sign of a B leg",
        "freeswitch-json",
        text(
            *(
                json.dumps(freeswitch(uuid="b", direction="outbound", **signs))
                for signs in (
                    {"originating_leg_uuid": "a"},
                    {"originator": "a"},
                    {"call_uuid": "a", "bridge_uuid": "a"},
                    {"bridge_uuid": "a"},
                    {"call_uuid": "b", "bridge_uuid": "a", "last_bridge_role": "originatee"},
                    {"call_uuid": "b", "bridge_uuid": "c"},
                )
            )
        ),
        [
            *(
                Record("ignored other_leg", f"a B leg: {why}")
                for why in ("its originator", "the same", "another leg's call", "bridged", "its role in the bridge")
            ),
            Record(f"b: {_FREE} 60", "the switch dialled the user first: this leg is the call's own"),
        ],
        country="GB",
    ),
    Sample(
        "FreeSWITCH: the B leg is billed, rounded down",
        "freeswitch-json",
        text(json.dumps(FREESWITCH), json.dumps(B_LEG)),
        [
            Record("ignored other_leg", "the A leg"),
            Record(f"u-2: {_FREE} 59", "the profile says so"),
        ],
        country="GB",
        profile={"legs": "b", "rounding": "down"},
    ),
    Sample(
        "CUCM",
        "cucm-csv",
        text(
            CUCM,
            TYPES,
            cucm("P-1", called="011442079460123"),
            cucm("P-2", connect=0),
            cucm("P-3", dest="SEP002", called="5035550193"),
            cucm("P-4", kind=2),
            cucm("P-5", called="b00211"),
            cucm("P-6", connect=""),
        ),
        [
            Record("p-1: out user ann +15035550194 +442079460123 2026-03-01T11:00:00Z 60", "to a gateway"),
            Record("ignored not_answered", "a recording leg: never connected"),
            Record("p-3: in user bob +15035550194 +15035550193 2026-03-01T11:00:00Z 60", "between two phones: free"),
            Record("ignored quality_record", "a record of quality, not of a call"),
            Record(
                "p-5: out user ann +15035550194 b00211 2026-03-01T11:00:00Z 60",
                "a conference is no number",
                "invalid_field",
            ),
            Record("refused invalid_field dateTimeConnect: required", "whether it was answered is not known"),
        ],
    ),
)
