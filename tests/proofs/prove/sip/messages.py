"""The SIP messages of both parties, as SIPp's templates. SIPp fills in what is in square brackets."""

ONE, TWO, NEW = "z9hG4bK-[pid]-[call_number]-one", "z9hG4bK-[pid]-[call_number]-two", "[branch]"
"""Branches: a retransmission and a CANCEL have that of their INVITE; a fork has another one."""

_FIRST_TO = "To: <sip:[service]@[remote_ip]:[remote_port]>"
_ECHO = ("[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]")


def _text(*lines: str) -> str:
    return "\n\n" + "\n".join((*lines, "Content-Length: 0")) + "\n\n"


def _request(method: str, target: str, number: int, branch: str, *lines: str) -> str:
    return _text(
        f"{method} {target} SIP/2.0",
        f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}",
        "From: <sip:[caller]@[local_ip]:[local_port]>;tag=[pid]a[call_number]",
        "Call-ID: [call_id]",
        f"CSeq: {number} {method}",
        "Max-Forwards: 70",
        *lines,
    )


_OUTSIDE = "sip:[service]@[remote_ip]:[remote_port]"


def invite(branch: str = ONE) -> str:
    """The caller's INVITE. The telephony system of the organisation says who pays."""
    contact = "Contact: <sip:[caller]@[local_ip]:[local_port]>"
    return _request("INVITE", _OUTSIDE, 1, branch, _FIRST_TO, contact, "X-Account: [account]")


def invented() -> str:
    """An INVITE that pretends to belong to a call: it has a tag of the callee and the switch in its route."""
    route = "Route: <sip:[remote_ip]:[switch];lr>"
    contact = "Contact: <sip:[caller]@[local_ip]:[local_port]>"
    return _request("INVITE", _OUTSIDE, 1, ONE, route, f"{_FIRST_TO};tag=invented", contact)


def refresh() -> str:
    """The caller's second INVITE in the same call, as session timers send it."""
    contact = "Contact: <sip:[caller]@[local_ip]:[local_port]>"
    return _request("INVITE", "[next_url]", 2, NEW, "[routes]", "[last_To:]", contact)


def cancel() -> str:
    """The caller gives up."""
    return _request("CANCEL", _OUTSIDE, 1, ONE, _FIRST_TO)


def ack_refusal(branch: str = ONE) -> str:
    """The ACK of an answer other than 200: it belongs to the INVITE's transaction."""
    return _request("ACK", _OUTSIDE, 1, branch, "[last_To:]")


def ack(number: int = 1) -> str:
    """The ACK of a 200: a request of its own in the dialog."""
    return _request("ACK", "[next_url]", number, NEW, "[routes]", "[last_To:]")


def bye() -> str:
    """The caller hangs up."""
    return _request("BYE", "[next_url]", 2, NEW, "[routes]", "[last_To:]")


def ok() -> str:
    """The answer to a BYE or CANCEL."""
    return _text("SIP/2.0 200 OK", *_ECHO)


def reply(status: str, *, tag: str = ";tag=[pid]b[call_number]") -> str:
    """The callee's answer to an INVITE; the first one adds its *tag*."""
    via, origin, to, call, number = _ECHO
    tagged = f"{to}{tag}"
    contact = "Contact: <sip:[local_ip]:[local_port]>"
    return _text(f"SIP/2.0 {status}", via, "[last_Record-Route:]", origin, tagged, call, number, contact)


def terminated() -> str:
    """The callee's answer to an INVITE that was cancelled, with what `SAVE_INVITE` saved of it."""
    return _text(
        "SIP/2.0 487 Request Terminated",
        "Via: [$via]",
        "From: [$from]",
        "To: [$to];tag=[pid]b[call_number]",
        "Call-ID: [call_id]",
        "CSeq: 1 INVITE",
    )
