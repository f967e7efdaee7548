"""Samples of the exports of the Teams admin centre, and of Microsoft Graph."""

import json

from tests.readers.samples.sample import Record, Sample, text, zipped

PSTN = (
    "UsageId,Call ID,Conference ID,User Location,AAD ObjectId,UPN,User Display Name,Caller ID,Call Type,Number Type,"
    "Domestic/International,Destination Dialed,Destination Number,Start Time,End Time,Duration Seconds,Connection Fee,"
    "Charge,Currency,Capability"
)


def pstn(name, kind, called="+442079460123", *, user="4D5E", seconds="65", caller="+14255550100", more="MCOPSTN2"):
    start = "2026-03-01T11:00:00.2589935Z"
    return (
        f"{name},shared-call,,US,{user},ann@contoso.example,Ann,{caller},{kind},Subscriber,International,"
        f"United Kingdom,{called},{start},2026-03-01T11:01:05Z,{seconds},0.00,0.02,USD,{more}"
    )


def out(name, called="+442079460123", seconds=65, *, user="4d5e", service="user", calling="+14255550100"):
    return f"{name}: out {service} {user} {calling} {called} 2026-03-01T11:00:00Z {seconds} MCOPSTN2/US"


def incoming(name, service="user", user="4d5e"):
    return out(name, service=service, user=user).replace(": out", ": in")


PSTN_ROWS = (
    (pstn("1", "user_out"), out("1"), "a user dials out"),
    (pstn("2", "User_Out"), out("2"), "the same call id on another row: the row is the unit"),
    (pstn("3", "user_out_conf"), out("3"), "a user adds somebody on the telephone"),
    (pstn("4", "user_out_forwarding"), out("4"), "the forwarding user pays"),
    (pstn("5", "user_in"), incoming("5"), "free unless the called number is toll-free"),
    (pstn("6", "conf_out"), out("6", service="conference"), "conference dial-out: the organiser pays"),
    (pstn("7", "conf_in"), incoming("7", "conference"), "into the bridge: the organiser pays"),
    (pstn("8", "ucap_in", user=""), incoming("8", "autoAttendant", "-"), "a voice application has no user"),
    (pstn("9", "unassigned_in", user=""), incoming("9", "autoAttendant", "-"), "a number that nobody has"),
    (pstn("10", "oc_fmc_out"), "ignored own_carrier", "Operator Connect: the carrier bills"),
    (pstn("11", "dr_out"), "ignored own_carrier", "Direct Routing: the carrier bills"),
    (pstn("12", "user_out_emergency"), "ignored emergency", "never charged"),
    (pstn("13", "user_teleported"), "refused invalid_field callType: unknown", "a type that nobody documented"),
    (pstn("14", "user_out", "+4420794601**"), out("14", "+4420794601**"), "masked: the rate card decides"),
    (pstn("15", "user_out", caller="anonymous"), out("15", calling="anonymous"), "the caller does not matter"),
    (pstn("16", "user_out", seconds='" 65.0 "'), out("16"), "numbers as text, with spaces"),
    (pstn("17", "user_out", seconds="=65"), "refused invalid_field seconds: whole seconds are required", "a formula"),
    (pstn("", "user_out"), "refused invalid_field id: required", "without its identity it could be booked twice"),
    (
        pstn("19", "user_out", '"=HYPERLINK(""x"")"'),
        out("19", '=HYPERLINK("x")'),
        "a formula is no number: the ledger refuses it",
    ),
    (pstn("21", "user_out_sms"), "refused not_a_call a text message is not a call", "a text message (R24)"),
    (pstn("20", "user_out") + ",extra", "refused unreadable more cells than titles", "cells moved: nobody knows where"),
)
ALL_PSTN = text(PSTN, *(row for row, _, _ in PSTN_ROWS))
PSTN_RECORDS = [Record(what, why, "invalid_field" if "HYPERLINK" in what else "booked") for _, what, why in PSTN_ROWS]

OTHER_EDITION = text(
    "sep=;",
    "Usage ID;Call type;User Id;Caller Number;Callee Number;Start time (UTC);Duration (seconds);Licence capability;"
    "User country or region",
    "1;user_out;4D5E;+14255550100;+442079460123;2026-03-01 11:00:00;65;MCOPSTN2;US",
    "",
)

DIRECT = (
    "CorrelationId,AAD ObjectId,UPN,Display Name,User country,Invite time,Start time,Failure time,End time,"
    "Duration (seconds),Success,Caller Number,Callee Number,Call type,Final SIP code"
)


def direct(kind, start="2026-03-01T11:00:03Z", success="Yes", correlation="corr-1"):
    return (
        f"{correlation},4D5E,a@x.example,Ann,US,2026-03-01T11:00:00Z,{start},,2026-03-01T11:01:08.5Z,69,{success},"
        f"+14255550100,+442079460123,{kind},200"
    )


DIRECT_ROWS = (
    (direct("dr_out"), "66", "end minus start, not the duration, which includes ringing"),
    (direct("dr_out", "0001-01-01T00:00:00Z", "No", "corr-2"), "0", "it failed: a missing date is of the year 1"),
)

GRAPH = {
    "id": "1",
    "callId": "shared-call",
    "userId": "4d5e",
    "callType": "user_out",
    "callerNumber": "+14255550100",
    "calleeNumber": "+442079460123",
    "startDateTime": "2026-03-01T11:00:00.2589935Z",
    "duration": 65,
    "charge": 0.02,
    "licenseCapability": "MCOPSTN2",
    "usageCountryCode": "US",
}
BYOT = {
    "id": "d-1",
    "correlationId": "c",
    "userId": "4d5e",
    "callType": "ByotOut",
    "successfulCall": True,
    "callerNumber": "+14255550100",
    "calleeNumber": "+442079460123",
    "startDateTime": "2026-03-01T11:00:00Z",
    "endDateTime": "2026-03-01T11:01:05Z",
    "duration": 90,
}
BYOT_CALL = "d-1: out user 4d5e +14255550100 +442079460123 2026-03-01T11:00:00Z 65"


def page(*rows):
    return json.dumps({"@odata.context": "x", "value": rows, "@odata.nextLink": "y"}).encode()


MESSAGE = {"id": "m-1", "userId": "4d5e", "smsType": "outbound", "smsUnits": 1, "destinationNumber": "+442079460123"}

MAC = {"MACOSX/._PSTN__calls__csv": b"\x00\x05\x16\x07"}
"""What macOS adds when it packs a file again."""

ROW_ID = "9c4984c7-6c3c-427d-a30c-bd0b2eacee90"
CHARGED = {"ownCarrier": "charge"}
_INVITED = "out user 4d5e +14255550100 +442079460123 2026-03-01T11:00:0{}Z {} US"

SAMPLES = (
    Sample("the export as a file", "teams-pstn", ALL_PSTN, PSTN_RECORDS),
    Sample("with a byte order mark", "teams-pstn", b"\xef\xbb\xbf" + ALL_PSTN, PSTN_RECORDS),
    Sample("in UTF-16", "teams-pstn", ALL_PSTN.decode().encode("utf-16"), PSTN_RECORDS),
    Sample("in UTF-16 without a mark", "teams-pstn", ALL_PSTN.decode().encode("utf-16-le"), PSTN_RECORDS),
    Sample(
        "as a zip file",
        "teams-pstn",
        zipped(PSTN__calls__csv=ALL_PSTN, DirectRouting__calls__csv=b"x", parameters__json=b"{}", **MAC),
        PSTN_RECORDS,
    ),
    Sample(
        "ids in capitals",
        "teams-pstn",
        text(PSTN, pstn(ROW_ID.upper(), "user_out"), pstn("A1", "user_out")),
        [Record(out(ROW_ID), "a GUID has no case"), Record(out("A1"), "another id stands as it was written")],
    ),
    Sample("titles of another edition", "teams-pstn", OTHER_EDITION, [Record(out("1"), "found by title")]),
    Sample(
        "a Latin-1 file with its profile",
        "teams-pstn",
        (PSTN + "\n" + pstn("1", "user_out").replace("Ann", "Ånn")).encode("latin-1"),
        [Record(out("1"), "the profile names the encoding")],
        profile={"encoding": "latin-1"},
    ),
    Sample(
        "a Latin-1 name in a UTF-8 file",
        "teams-pstn",
        text(PSTN, pstn("1", "user_out"))
        + pstn("2", "user_out").replace("Ann", "Ånn").encode("latin-1")
        + b"\n"
        + text(pstn("3", "user_out")),
        [
            Record(out("1"), "not disturbed"),
            Record("refused unreadable not UTF-8; a profile can name the file's encoding", "bytes that are no text"),
            Record(out("3"), "not disturbed"),
        ],
    ),
    Sample(
        "Direct Routing is not charged by default",
        "teams-direct-routing",
        text(DIRECT, direct("dr_out"), direct("dr_emergency_out")),
        [Record("ignored own_carrier", "the carrier bills"), Record("ignored emergency", "never charged")],
    ),
    Sample(
        "Direct Routing that is charged",
        "teams-direct-routing",
        text(DIRECT, *(row for row, _, _ in DIRECT_ROWS)),
        [
            Record("#: " + _INVITED.format(3, "66"), "end minus start, not the duration, which includes ringing"),
            Record("#: " + _INVITED.format(0, "0"), "it failed: a missing date is of the year 1"),
        ],
        profile=CHARGED,
    ),
    Sample(
        "a page of Graph",
        "graph-pstn",
        page(GRAPH, MESSAGE),
        [
            Record(out("1"), "the same call as in the export"),
            Record("refused not_a_call a text message is not a call", "a row of getSmsLog (R24)"),
        ],
    ),
    Sample(
        "Graph rows, one a line",
        "graph-pstn",
        text(json.dumps(GRAPH), "{not JSON}", json.dumps({**GRAPH, "id": "2"})),
        [
            Record(out("1"), "not disturbed"),
            Record("refused unreadable not JSON (I-JSON, RFC 7493)", "one bad line"),
            Record(out("2"), "not disturbed"),
        ],
    ),
    Sample(
        "Direct Routing by Graph",
        "graph-direct-routing",
        page(
            BYOT,
            {**BYOT, "callType": "Dr_Emergency_Out"},
            {**BYOT, "id": "d-2", "successfulCall": False},
            {**BYOT, "id": "d-3", "successfulCall": None},
        ),
        [
            Record(BYOT_CALL, "Graph writes ByotOut for dr_out"),
            Record("ignored emergency", "never charged"),
            Record(BYOT_CALL.replace("d-1", "d-2").removesuffix("65") + "0", "it was not answered"),
            Record(BYOT_CALL.replace("d-1", "d-3"), "nothing says that it failed"),
        ],
        profile=CHARGED,
    ),
)
