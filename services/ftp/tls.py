"""FTPS: the same session, encrypted once the camera asks for it (AUTH TLS)."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from OpenSSL import SSL
from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler

from services.core.logging import get
from services.core.settings import SettingError
from services.ftp.data import Data
from services.ftp.session import Session

FILE = "certificate.pem"
YEARS = 20
# Not every camera takes its leave as TLS wants it; what it sent is looked at as closely without that.
IGNORE_UNEXPECTED_EOF = 0x80
log = get(__name__)


class TlsData(TLS_DTPHandler, Data):  # type: ignore[misc]
    """The connection that a file comes over, encrypted after PROT P."""


class TlsSession(TLS_FTPHandler, Session):  # type: ignore[misc]
    """The connection that orders come by, encrypted after AUTH TLS."""

    dtp_handler = TlsData
    ssl_options = TLS_FTPHandler.ssl_options | SSL.OP_NO_TLSv1 | SSL.OP_NO_TLSv1_1 | IGNORE_UNEXPECTED_EOF

    def close(self) -> None:
        """The connection ends; with encryption that may take some rounds, of which we need none."""
        self._have_patience()
        self._last_look()
        super().close()

    def ftp_AUTH(self, line: str) -> None:  # noqa: N802 (pyftpdlib calls it so)
        """Encryption begins. What came with the same bytes was not encrypted: anybody may have put it there."""
        self.ac_in_buffer = b""
        super().ftp_AUTH(line)

    def ftp_PROT(self, line: str) -> None:  # noqa: N802 (pyftpdlib calls it so)
        """Whether files are encrypted, too."""
        if self.tls_data_required and line.upper() == "C":
            self.respond("534 Files come encrypted, or not at all.")
        else:
            super().ftp_PROT(line)


def context(certificate: Path) -> SSL.Context:
    """Raises `SettingError` when the file cannot be used."""
    made = SSL.Context(SSL.TLS_SERVER_METHOD)
    try:
        made.use_certificate_chain_file(str(certificate))
        made.use_privatekey_file(str(certificate))
        made.check_privatekey()
    except SSL.Error as error:
        raise SettingError(
            f"HEARTHWATCH_FTP_TLS_CERTIFICATE: {certificate} does not hold a certificate and its key in PEM form"
        ) from error
    made.set_options(TlsSession.ssl_options)
    return made


def own_certificate(folder: Path, now: datetime) -> Path:
    """A certificate that signs itself, made once: it keeps listeners out, and proves nothing of who we are."""
    path = folder / FILE
    if not path.exists():
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_self_signed(now))
        part.rename(path)
        log.info("certificate_made", file=str(path))
    return path


def _self_signed(now: datetime) -> bytes:
    # Needed once in a house's life.
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hearthwatch")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return certificate.public_bytes(serialization.Encoding.PEM) + private
