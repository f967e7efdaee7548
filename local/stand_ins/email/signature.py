"""The signature that the e-mail service requires. Source: Azure Communication Services, HMAC authentication.

The signed text is the HTTP method, the path with its query, then date, host and the body's digest. The key is base64.
The age of the date is not checked: no contract says how old is too old.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256

_SCHEME = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="


def is_signed(method: str, target: str, headers: Mapping[str, str], body: bytes, key: str) -> bool:
    """Whether *headers* contain the signature of exactly this request by *key*."""
    content = b64encode(sha256(body).digest()).decode()
    if not hmac.compare_digest(headers.get("x-ms-content-sha256", "").encode(), content.encode()):
        return False
    signed = f"{method}\n{target}\n{headers.get('x-ms-date', '')};{headers.get('host', '')};{content}"
    signature = hmac.digest(b64decode(key), signed.encode(), "sha256")
    expected = f"{_SCHEME}{b64encode(signature).decode()}"
    return hmac.compare_digest(headers.get("authorization", "").encode(), expected.encode())
