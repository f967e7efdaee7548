"""Samples of Asterisk, FreeSWITCH and Cisco's Unified Communications Manager."""

import json
from typing import Any

from tests.readers.samples.sample import Record, Sample, text


def asterisk(dst="00442079460123", start="2026-03-01 12:00:00", *, src="1001", unique="1772362800.7", **more):
    """A row of 18 columns, or of 21 with a sequence."""
    facts = {"context": "from-internal", "app": "Dial", "channel": "PJSIP/1001-0001", "dstchannel": "PJSIP/trunk-0002"}
    facts |= {"billsec": "60", "disposition": "ANSWERED", **more}
    cells = [
        "",
        src,
        dst,
        facts["context"],
        f'"""Ann"" <{src}>"',
        facts["channel"],
        facts["dstchannel"],
        facts["app"],
        "",
    ]
    cells += [start, start, start, "65", facts["billsec"], facts["disposition"], "DOCUMENTATION", unique, ""]
    return ",".join([*cells, *(("", unique, facts["sequence"]) if "sequence" in facts else ())])


_OUT = "out user 1001 1001 +442079460123 2026-03-01T11:00:00Z 60"
TRUNK = {"channel": "PJSIP/trunk-0001"}
BERLIN = {"timeZone": "Europe/Berlin", "country": "DE"}

ASTERISK_ROWS = (
    (
        asterisk(sequence="3", unique="1772362800.21"),
        f"1772362800.21/3: {_OUT}",
        "21 columns: the sequence tells rows of one call apart",
    ),
    (asterisk(unique="1772362800.22"), f"1772362800.22/#: {_OUT}", "18 columns: channel and start tell them apart"),
    (
        asterisk("030123456", unique="1772362800.23"),
        f"1772362800.23/#: {_OUT}".replace("+442079460123", "+4930123456"),
        "a national number, read in the profile's country",
    ),
    (
        asterisk(disposition="NO ANSWER", unique="1772362800.24"),
        "ignored not_answered",
        "a menu answered, the phone did not",
    ),
    (asterisk(disposition="BUSY", billsec="0", unique="1772362800.25"), "ignored not_answered", "busy"),
    (
        asterisk(channel="Local/1001@x-0001;2", unique="1772362800.26"),
        "ignored other_leg",
        "a Local channel repeats the call",
    ),
    (
        asterisk("1002", dstchannel="PJSIP/1002-0003", unique="1772362800.27"),
        "1772362800.27/#: in user 1001 1001 1002 2026-03-01T11:00:00Z 60",
        "it stays inside: free, like every inbound call",
    ),
    (
        asterisk(
            "1002", src="+14255550100", dstchannel="PJSIP/1002-0003", channel="PJSIP/trunk-1", unique="1772362800.28"
        ),
        "1772362800.28/#: in user 1002 +14255550100 1002 2026-03-01T11:00:00Z 60",
        "from outside",
    ),
    *(
        (
            asterisk("+442079460123", src="+14255550100", unique=f"1772362800.{number}", **channels),
            f"1772362800.{number}/#: {direction} autoAttendant - +14255550100 +442079460123 2026-03-01T11:00:00Z 60",
            why,
        )
        for number, (channels, direction, why) in enumerate(
            (
                (
                    TRUNK | {"dstchannel": "PJSIP/1002-0003"},
                    "in",
                    "from outside, by a number of the organisation's own",
                ),
                (TRUNK | {"dstchannel": "", "app": "Queue"}, "in", "the same, to a queue"),
                (TRUNK | {"dstchannel": "SIP/ann-3", "context": "from-trunk"}, "in", "the same, to a named phone"),
                (TRUNK | {"dstchannel": "", "context": "default"}, "out", "the row does not say who was dialled"),
                (TRUNK | {"dstchannel": "PJSIP/trunk-4", "context": "from-trunk"}, "out", "forwarded over the trunk"),
                ({"channel": "PJSIP/1001-0001"}, "out", "a phone that shows the organisation's number"),
            ),
            start=40,
        )
    ),
    (
        asterisk("112", unique="1772362800.29"),
        "1772362800.29/#: out user 1001 1001 112 2026-03-01T11:00:00Z 60",
        "an emergency number, over the trunk",
    ),
    (
        asterisk(start="2025-10-26 02:30:00", unique="1761438600.7"),
        "1761438600.7/#: out user 1001 1001 +442079460123 2025-10-26T00:30:00Z 60",
        "the autumn hour before the change: the channel was born at 00:30 UTC",
    ),
    (
        asterisk(start="2025-10-26 02:30:00", unique="1761442200.7"),
        "1761442200.7/#: out user 1001 1001 +442079460123 2025-10-26T01:30:00Z 60",
        "the same local time after the change",
    ),
    ("a,b,c", "refused unreadable 3 columns; 16 to 21 are known", "no row of Asterisk"),
)

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
        "Asterisk in local time",
        "asterisk-csv",
        text(*(row for row, _, _ in ASTERISK_ROWS)),
        [Record(what, why) for _, what, why in ASTERISK_ROWS],
        profile=BERLIN,
    ),
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
        ],
    ),
)
