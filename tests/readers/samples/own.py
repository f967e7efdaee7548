"""Samples of our own formats: CloudEvents and CSV."""

import base64
import json

from tests.readers.samples.sample import ACCOUNT, Record, Sample, text

CALL = {
    "account": ACCOUNT,
    "user": "ann",
    "direction": "out",
    "service": "user",
    "called": "+442079460123",
    "startedAt": "2026-03-01T11:00:00Z",
    "durationSeconds": 60,
}
EVENT = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:x", "id": "e-1", "data": CALL}
ENCODED = {**EVENT, "id": "e-2", "data_base64": base64.b64encode(json.dumps(CALL).encode()).decode()}
del ENCODED["data"]
OTHERS = {**EVENT, "id": "e-3", "data": {key: value for key, value in CALL.items() if key != "account"}}

_ANN = "out user ann - +442079460123 2026-03-01T11:00:00Z 60"

CSV = text(
    "id,source,Direction,service,calling,called,user,startedAt,durationSeconds,usageLocation,leg",
    "r-1,sbc,OUT,user,,+442079460123,ann,2026-03-01T11:00:00Z,60,US,leg-1",
    "r-2,sbc,out,,,020 7946 0123,,2026-03-01 12:00:00,59.2,GB,",
    "r-3,sbc,out,user,,+442079460123,ann,2025-10-26 02:30:00,60,,",
    "r-4,sbc,out,user,,+442079460123,ann,2026-03-29 02:30:00,60,,",
    ",sbc,out,user,,911,ann,2026-03-01T11:00:00Z,60,US,",
)

SAMPLES = (
    Sample(
        "CloudEvents: a batch",
        "cloudevents",
        json.dumps([EVENT, ENCODED, OTHERS]).encode(),
        [
            Record(f"e-1: {_ANN}", "our own event"),
            Record(f"e-2: {_ANN}", "data_base64 is understood"),
            Record(f"e-3: {_ANN}", "the request names the account"),
        ],
    ),
    Sample(
        "CSV in local time",
        "csv",
        CSV,
        [
            Record("r-1: out user ann - +442079460123 2026-03-01T11:00:00Z 60 US/leg-1", "the fields as titles"),
            Record(
                "r-2: out autoAttendant - - +442079460123 2026-03-01T11:00:00Z 60 GB", "local time, national number"
            ),
            Record(
                "refused invalid_field startedAt: the time occurs twice in Europe/Berlin, and nothing in the record"
                " says which it is",
                "the autumn hour",
            ),
            Record("refused invalid_field startedAt: there is no such time in Europe/Berlin", "the spring hour"),
            Record("#: out user ann - 911 2026-03-01T11:00:00Z 60 US", "known by its content"),
        ],
        profile={"timeZone": "Europe/Berlin"},
    ),
    Sample(
        "CSV with its own titles",
        "csv",
        text(
            "Nummer;Beginn;Sekunden;Richtung;Mandant",
            "+442079460123;2026-03-01T11:00:00Z;60;out;north",
            "+442079460123;2026-03-01T11:00:00Z;60;out;south",
        ),
        [
            Record("#: out autoAttendant - - +442079460123 2026-03-01T11:00:00Z 60", "the profile names its titles"),
            Record("refused invalid_field account: a GUID is required", "a tenant that the profile does not know"),
        ],
        profile={
            "columns": {
                "called": "Nummer",
                "Beginn": "startedAt",
                "durationSeconds": "Sekunden",
                "direction": "Richtung",
                "account": "Mandant",
            },
            "accountOf": {"north": ACCOUNT},
        },
    ),
)
