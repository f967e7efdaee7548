"""The stand-in for Microsoft Graph, over HTTP without tokens and over TLS with tokens from azure-identity."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.machine.loopback import ANY_PORT, LOOPBACK, Server, open_port
from tests.serving import running


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate of this machine's loopback address."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")]),
    )
    now = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "stand-in.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@asynccontextmanager
async def serving_over_tls(app, file: Path) -> AsyncIterator[str]:
    """Serve *app* over TLS inside the block; yield its address."""
    with open_port(ANY_PORT) as listening:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", ssl_certfile=file, ssl_keyfile=file
        )
        async with running(Server(config), listening):
            yield f"https://{LOOPBACK}:{listening.getsockname()[1]}"


def trusting(file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=file)
