"""Samples of Amazon Chime, Twilio and Azure Communication Services."""

import json
from typing import Any

from tests.readers.samples.sample import Record, Sample, text

CHIME = {
    "AwsAccountId": "111122223333",
    "TransactionId": "t-1",
    "CallId": "c@203.0.113.9",
    "VoiceConnectorId": "vc-1",
    "Status": "Completed",
    "BillableDurationSeconds": 66,
    "BillableDurationMinutes": 1.1,
    "SourcePhoneNumber": "+12065550100",
    "DestinationPhoneNumber": "+442079460123",
    "DestinationCountry": "US",
    "Direction": "Outbound",
    "StartTimeEpochSeconds": 1772362800,
    "EndTimeEpochSeconds": 1772362861,
    "Streaming": True,
}
STREAMING = {"TransactionId": "t-1", "VoiceConnectorId": "vc-1", "UsageType": "USE1-VC-kinesis-audio-streaming"}
SIP_APPLICATION = {
    **{name: value for name, value in CHIME.items() if name not in {"VoiceConnectorId", "StartTimeEpochSeconds"}},
    "SipApplicationId": "sma-1",
    "SourcePhoneNumber": "12065550100",
    "DestinationPhoneNumber": "442079460123",
    "TimeStampEpochSeconds": "1772362800",
}
BUSINESS = {
    "CdrId": "cdr-1",
    "ChimeAccountId": "ca-1",
    "OrganizerUserId": "ou-1",
    "ConferenceId": "conf-1",
    "CallerPhoneNumber": "+12065550100",
    "DestinationPhoneNumber": "+12065550101",
    "StartTimeEpochSeconds": "1772362800",
    "BillableDurationSeconds": "24",
    "BillableDurationMinutes": ".4",
    "Direction": "Inbound",
}

TWILIO = {
    "account_sid": "AC1",
    "sid": "CA1",
    "direction": "outbound-api",
    "from": "+12065550100",
    "to": "+442079460123",
    "status": "completed",
    "duration": "4",
    "start_time": "Sun, 01 Mar 2026 11:00:00 +0000",
    "end_time": "Sun, 01 Mar 2026 11:01:00 +0000",
    "price": None,
}

ACS: dict[str, Any] = {
    "category": "CallSummary",
    "resourceId": "/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.COMMUNICATION/COMMUNICATIONSERVICES/ACS-1",
    "correlationId": "corr-1",
    "properties": {
        "identifier": "null",
        "participantId": "p-1",
        "participantStartTime": "2026-03-01T11:00:00.5Z",
        "participantDuration": "52",
        "endpointType": "PSTN",
        "pstnParticipantCallType": "Outbound",
    },
}

_VOICE = "out autoAttendant - +12065550100 +442079460123 2026-03-01T11:00:00Z"


SAMPLES = (
    Sample(
        "Chime: one record",
        "chime-cdr",
        json.dumps(CHIME, indent=2).encode(),
        [
            Record(f"t-1: {_VOICE} 66", "Amazon bills 66 s for 61 s; that it was streamed too does not matter"),
        ],
    ),
    Sample(
        "Chime: the records of a day",
        "chime-cdr",
        text(
            *map(
                json.dumps,
                (
                    STREAMING,
                    SIP_APPLICATION,
                    BUSINESS,
                    {**CHIME, "TransactionId": "t-9", "SipApplicationId": None},
                    {**CHIME, "StartTimeEpochSeconds": 0},
                    {**CHIME, "Direction": None},
                ),
            )
        ),
        [
            Record("ignored streaming", "it has its call's transaction id, and is no call"),
            Record(f"t-1/c@203.0.113.9: {_VOICE} 66", "a transaction may have several calls; numbers lack their plus"),
            Record(
                "cdr-1: in conference ou-1 +12065550100 +12065550101 2026-03-01T11:00:00Z 24", "all values are texts"
            ),
            Record(f"t-9: {_VOICE} 66", "an empty field makes no application of a connector"),
            Record("refused invalid_field StartTimeEpochSeconds: required", "0 means never"),
            Record("refused invalid_field Direction: required", "without it nobody knows who pays"),
        ],
    ),
    Sample(
        "Twilio: a page",
        "twilio-calls",
        json.dumps(
            {
                "calls": [
                    TWILIO,
                    {
                        **TWILIO,
                        "sid": "CA2",
                        "direction": "outbound-dial",
                        "parent_call_sid": "CA1",
                        "to": "client:bob",
                    },
                    {**TWILIO, "sid": "CA3", "status": "canceled", "duration": "15"},
                    {**TWILIO, "sid": "SM1"},
                    {**TWILIO, "sid": "CA4", "from": "client:ann", "start_time": "yesterday"},
                    {**TWILIO, "sid": "CA5", "duration": None},
                ],
                "page": 0,
            }
        ).encode(),
        [
            Record(f"CA1: {_VOICE} 4", "by its duration: the dates span a minute"),
            Record(
                f"CA2: {_VOICE} 4".replace("+442079460123", "client:bob"),
                "no telephone: the ledger refuses the number",
                "invalid_field",
            ),
            Record("ignored not_answered", "cancelled, although it has a duration"),
            Record("refused not_a_call sid: the record is no Call resource", "a text message"),
            Record("refused invalid_field start_time: a date of RFC 2822", "no date"),
            Record("refused invalid_field duration: required", "completed calls have one"),
        ],
    ),
    Sample(
        "ACS: participants",
        "acs-call-summary",
        text(
            *map(
                json.dumps,
                (
                    ACS,
                    {**ACS, "properties": {**ACS["properties"], "endpointType": "VoIP"}},
                    {**ACS, "category": "SMSOperational"},
                ),
            )
        ),
        [
            Record(
                "corr-1/p-1: out autoAttendant - - - 2026-03-01T11:00:00.500000Z 52",
                "no number: the ledger refuses it",
                "invalid_field",
            ),
            Record("ignored voip", "not on the telephone"),
            Record("refused not_a_call category: the record is no call summary", "a text message"),
        ],
    ),
)
