"""What each record of the real samples is, and why. They are not part of the project: each has a notice of its own."""

from pathlib import Path

from tests.readers.samples.sample import Record

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "telephony"
"""Beside the project's folder, if it is there."""

CHIME = "amazon-chime-docs/Amazon-Chime-"
_ECHO = "{}: in user 1001 1001 600 {}Z {}"
_WITHIN = "{}: in user 1002 1002 1001 {}Z {}"
_ECHO_WHY = "to an application of the exchange: it stays inside and is free"
_ECHOES = (
    *(("1779569178.0", "2026-05-23T20:46:18", 32), ("1779569333.1", "2026-05-23T20:48:53", 32)),
    *(("1779569429.2", "2026-05-23T20:50:29", 32), ("1779570378.3", "2026-05-23T21:06:18", 7)),
    *(("1779570460.4", "2026-05-23T21:07:40", 3), ("1779570517.5", "2026-05-23T21:08:37", 6)),
    *(("1779573094.6", "2026-05-23T21:51:34", 11), ("1779573293.7", "2026-05-23T21:54:53", 26)),
    *(("1779573326.8", "2026-05-23T21:55:26", 17), ("1779573382.9", "2026-05-23T21:56:22", 13)),
    *(("1779573433.10", "2026-05-23T21:57:13", 10), ("1779573720.11", "2026-05-23T22:02:00", 4)),
    *(("1779573823.12", "2026-05-23T22:03:43", 28), ("1779982718.13", "2026-05-28T15:38:38", 28)),
    *(("1779992504.0", "2026-05-28T18:21:44", 26), ("1779995949.1", "2026-05-28T19:19:09", 28)),
)
_BUSY = Record("ignored not_answered", "busy, or nobody answered")
_FIRST = Record(_WITHIN.format("1779999013.2/#", "2026-05-28T20:10:13", 18), "between two extensions: free")
_ROW = "9c4984c7-6c3c-427d-a30c-bd0b2eacee90: in user db03c14b-06eb-4189-939b-7cbf3a20ba27 +0123456789 +1234567890"
_GRAPH = Record(
    f"{_ROW} 2019-11-01T00:00:08Z 219 MCOPSTNU/US", "inbound to a user; free, as the number is not toll-free"
)
_NOT_OURS = "an event of somebody else: the ledger keeps it in suspense"

REAL: dict[tuple[str, str], list[Record] | str] = {
    ("chime-cdr", "amazon-chime-aws-samples/cdr_sample_2.json"): [
        Record(
            "ac42568d-dd5b-4b3b-b1e6-bff0203ed124: out autoAttendant - +12222222222 +122222345 2020-10-07T19:54:43Z 30",
            "a call; nine digits are possible, and no plan is checked",
        )
    ],
    ("chime-cdr", f"{CHIME}Voice-Connector-CDRs"): [
        Record(
            "123abc4d-efg5-6789-h012-j3456789k012: out autoAttendant - +12065550100 +12065550101"
            " 2019-08-10T01:13:45Z 6",
            "billed 6 s for 4 s of talk",
        )
    ],
    ("chime-cdr", f"{CHIME}Voice-Connector-SDRs"): [
        Record("ignored streaming", "the same transaction id as the call before, and not a call")
    ],
    ("chime-cdr", f"{CHIME}Business-Calling-CDRs"): [
        Record(
            "1a234567-89bc-01d2-3456-e78f9g01234h: out conference 1ab2345c-67de-8901-f23g-45h678901j2k +12065550100"
            " +12065550101 2019-04-23T08:53:31Z 24",
            "a conference dials out; all numbers are texts",
        )
    ],
    ("asterisk-csv", "asterisk-csv/Master.csv"): [
        *(Record(_ECHO.format(f"{name}/#", start, seconds), _ECHO_WHY) for name, start, seconds in _ECHOES),
        _FIRST,
        _BUSY,
        _BUSY,
        Record(_WITHIN.format("1780001943.10/#", "2026-05-28T20:59:03", 7), "between two extensions: free"),
        _BUSY,
        _BUSY,
        Record(_WITHIN.format("1780003112.2/#", "2026-05-28T21:18:32", 7), "between two extensions: free"),
    ],
    ("asterisk-csv", "asterisk-csv/answered.csv"): [
        Record(
            _FIRST.what.removesuffix("18") + "19", "the identity of a row of Master.csv, a second longer", "conflict"
        )
    ],
    ("asterisk-csv", "asterisk-csv/transfer.csv"): [
        Record("1781293185.6/#: in user 1003 1003 1001 2026-06-12T19:39:45Z 33", "before the transfer"),
        Record("1781293185.6/#: in user 1003 1003 1002 2026-06-12T19:40:25Z 9", "after it, with the same uniqueid"),
    ],
    ("acs-call-summary", "azure-communication-services/call-summary.group-with-pstn.jsonl"): [
        Record("ignored voip", "a participant without a telephone"),
        Record(
            "bbbb1111-cc22-3333-44dd-555555eeeeee/515650f7-8204-4079-ac9d-d8f4bf07b04c: - autoAttendant - - -"
            " 2021-07-05T06:17:10.447000Z 52",
            "on the telephone, but the log has neither number nor direction",
            "invalid_field",
        ),
    ],
    ("cucm-csv", "cisco-cucm/cdr_with_recording_legs.txt"): [
        Record("ignored not_answered", "a recording leg"),
        Record("ignored not_answered", "the other recording leg"),
        Record(
            "ed56fecd-bd2d-48d4-ae03-7ee3766d6048: in user user1 +15035550194 +15035550193 2025-04-18T16:32:10Z 11",
            "between two phones of the cluster: free",
        ),
    ],
    ("cloudevents", "cloudevents/example-1.json"): [Record("A234-1234-1234: - - - - - - -", _NOT_OURS, "unknown_type")],
    ("cloudevents", "cloudevents/example-2.json"): [Record("A234-1234-1234: - - - - - - -", _NOT_OURS, "unknown_type")],
    ("cloudevents", "cloudevents/example-3.json"): [Record("B234-1234-1234: - - - - - - -", _NOT_OURS, "unknown_type")],
    ("cloudevents", "cloudevents/example-5.json"): [Record("C234-1234-1234: - - - - - - -", _NOT_OURS, "unknown_type")],
    ("cloudevents", "cloudevents/example-6.json"): [Record("D234-1234-1234: - - - - - - -", _NOT_OURS, "unknown_type")],
    ("cloudevents", "cloudevents/example-7.json"): [Record("D234-1234-1234: - - - - - - -", _NOT_OURS, "unknown_type")],
    ("freeswitch-json", "freeswitch-json-cdr/bridge-leg-a.json"): [
        Record("ignored other_leg", "it names its originator: the B leg, whatever the file is called")
    ],
    ("freeswitch-json", "freeswitch-json-cdr/bridge-leg-b.json"): [
        Record(
            "21bc47f2-250c-4d98-a157-0ad756d54027: out autoAttendant - 1234 1234 2021-06-27T11:34:03Z 6",
            "the leg that originated the other; 5.5 s count as 6, and a short number has no rate",
            "no_rate",
        )
    ],
    ("freeswitch-json", "freeswitch-json-cdr/inbound-answered.json"): [
        Record(
            "77e3b4f2-cac1-4724-81f6-f1cd5e01770c: in autoAttendant - +12025550173 1294 2022-07-06T08:50:04Z 4",
            "from outside to an application: free; 3.4 s count as 4",
        )
    ],
    ("freeswitch-json", "freeswitch-json-cdr/inbound-cancelled-487.json"): [
        Record("ignored not_answered", "the caller gave up")
    ],
    ("freeswitch-json", "freeswitch-json-cdr/invalid-json-nan.json"): "record 1: not JSON (I-JSON, RFC 7493)",
    ("graph-pstn", "microsoft-graph/getPstnCalls.v1.json"): [_GRAPH],
    ("graph-pstn", "microsoft-graph/getPstnCalls.2022-shape.json"): [
        Record(_GRAPH.what, "the same row with two fields fewer", "duplicate")
    ],
    ("teams-pstn", "teams-export-headers/PSTN.calls.header.csv"): [],
    ("teams-direct-routing", "teams-export-headers/DirectRouting.calls.header.csv"): [],
    ("twilio-calls", "twilio/call.completed.json"): [
        Record(
            "CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: in autoAttendant - +14158675308 +14158675309 2010-08-31T20:36:29Z 15",
            "inbound",
        )
    ],
    ("twilio-calls", "twilio/call.canceled-with-duration.json"): [
        Record("ignored not_answered", "cancelled: not billed, although it has a duration and a price")
    ],
    ("twilio-calls", "twilio/calls.page1.json"): [
        Record(
            "CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: out autoAttendant - +13051416799 +13051913581 2019-10-18T17:02:00Z 4",
            "by its duration, not by its dates; the id of call.completed.json with other content",
            "conflict",
        ),
        Record(
            "CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0: in autoAttendant - +13051416798 +13051913580 2019-10-18T16:02:00Z 3",
            "inbound",
        ),
    ],
    ("twilio-calls", "twilio/usage-records.json"): [
        Record("refused not_a_call sid: the record is no Call resource", "daily totals, not calls")
    ],
}
"""The records of each file, or why the file cannot be read. A folder stands for the one file in it."""


def content_of(name: str) -> bytes:
    """The content of the file *name*, or of the one file somewhere in the folder *name*."""
    path = FOLDER / name
    found = [path] if path.is_file() else [each for each in sorted(path.rglob("*")) if each.is_file()]
    assert len(found) == 1, name
    return found[0].read_bytes()
