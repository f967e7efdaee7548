"""Samples of Asterisk."""

from tests.readers.samples.sample import Record, Sample, text


def row(dst="00442079460123", start="2026-03-01 12:00:00", *, src="1001", unique="1772362800.7", **more):
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
        row(sequence="3", unique="1772362800.21"),
        f"1772362800.21/3: {_OUT}",
        "21 columns: the sequence tells rows of one call apart",
    ),
    (row(unique="1772362800.22"), f"1772362800.22/#: {_OUT}", "18 columns: channel and start tell them apart"),
    (
        row("030123456", unique="1772362800.23"),
        f"1772362800.23/#: {_OUT}".replace("+442079460123", "+4930123456"),
        "a national number, read in the profile's country",
    ),
    (
        row(disposition="NO ANSWER", unique="1772362800.24"),
        "ignored not_answered",
        "a menu answered, the phone did not",
    ),
    (row(disposition="BUSY", billsec="0", unique="1772362800.25"), "ignored not_answered", "busy"),
    (
        row(channel="Local/1001@x-0001;2", unique="1772362800.26"),
        "ignored other_leg",
        "a Local channel repeats the call",
    ),
    (
        row("1002", dstchannel="PJSIP/1002-0003", unique="1772362800.27"),
        "1772362800.27/#: in user 1001 1001 1002 2026-03-01T11:00:00Z 60",
        "it stays inside: free, like every inbound call",
    ),
    (
        row("1002", src="+14255550100", dstchannel="PJSIP/1002-0003", channel="PJSIP/trunk-1", unique="1772362800.28"),
        "1772362800.28/#: in user 1002 +14255550100 1002 2026-03-01T11:00:00Z 60",
        "from outside",
    ),
    *(
        (
            row("+442079460123", src="+14255550100", unique=f"1772362800.{number}", **channels),
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
        row("112", unique="1772362800.29"),
        "1772362800.29/#: out user 1001 1001 112 2026-03-01T11:00:00Z 60",
        "an emergency number, over the trunk",
    ),
    (
        row(start="2025-10-26 02:30:00", unique="1761438600.7"),
        "1761438600.7/#: out user 1001 1001 +442079460123 2025-10-26T00:30:00Z 60",
        "the autumn hour before the change: the channel was born at 00:30 UTC",
    ),
    (
        row(start="2025-10-26 02:30:00", unique="1761442200.7"),
        "1761442200.7/#: out user 1001 1001 +442079460123 2025-10-26T01:30:00Z 60",
        "the same local time after the change",
    ),
    ("a,b,c", "refused unreadable 3 columns; 16 to 21 are known", "no row of Asterisk"),
)

SAMPLES = (
    Sample(
        "Asterisk in local time",
        "asterisk-csv",
        text(*(row for row, _, _ in ASTERISK_ROWS)),
        [Record(what, why) for _, what, why in ASTERISK_ROWS],
        profile=BERLIN,
    ),
)
