"""A server by https shows a certificate for its name that somebody we trust has signed."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from inference.engine.profile import ProfileError
from inference.remote.endpoint import Access
from inference.remote.errors import RefusedEndpoint
from inference.remote.profile import RemoteProfile
from inference.remote.reader import RemoteReader

from .protocol_server import MODEL, Obeying, ProtocolServer, serving


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for vllm.firm that has signed itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vllm.firm")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("vllm.firm")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "firm.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


def opened(signed: Path, host: str, access: Access) -> RemoteReader:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(signed / "firm.pem", signed / "key.pem")
    with serving(ProtocolServer(Obeying()), tls) as server:
        profile = RemoteProfile(f"https://{host}:{server.port}/v1", MODEL)
        return RemoteReader.open(profile, access, look_up=lambda host, port: ["127.0.0.1"])


def test_an_authority_of_the_firm_is_trusted_for_the_name_it_signed(signed: Path) -> None:
    assert opened(signed, "vllm.firm", Access(ca_file=signed / "firm.pem")).binds


def test_without_that_authority_nobody_is_talked_to(signed: Path) -> None:
    with pytest.raises(RefusedEndpoint, match="no certificate that is trusted for its name"):
        opened(signed, "vllm.firm", Access())


@pytest.mark.parametrize("host", ["other.firm", "127.0.0.1"])
def test_another_name_is_not_believed(signed: Path, host: str) -> None:
    with pytest.raises(RefusedEndpoint, match="no certificate that is trusted for its name"):
        opened(signed, host, Access(ca_file=signed / "firm.pem"))


def test_a_file_without_certificates_is_told(signed: Path) -> None:
    with pytest.raises(ProfileError, match=r"key\.pem holds no certificates"):
        opened(signed, "vllm.firm", Access(ca_file=signed / "key.pem"))
