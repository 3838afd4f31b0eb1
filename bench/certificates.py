"""A certificate authority of our own, and a certificate by it for this machine."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

import botocore
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def make_certificates(server: Path, bundle: Path) -> None:
    """An authority, added to the usual ones in a bundle, and a certificate by it for this machine."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name, server_name = "emr-relay bench authority", "127.0.0.1"
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    authority = certificate(authority_name, authority_key, authority_name, authority_key, constraints)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(server_name))])
    leaf = certificate(server_name, server_key, authority_name, authority_key, address)

    pem = serialization.Encoding.PEM
    usual = Path(botocore.__file__).with_name("cacert.pem").read_bytes()
    bundle.write_bytes(usual + b"\n" + authority.public_bytes(pem))
    plain = (pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    server.write_bytes(server_key.private_bytes(*plain) + leaf.public_bytes(pem))


def certificate(subject: str, key, issuer: str, issuer_key, extension):
    """A certificate for a day."""
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder()
    builder = builder.subject_name(name(subject)).issuer_name(name(issuer)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=False)
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(issuer_key, hashes.SHA256())


def name(common: str):
    """A distinguished name."""
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])
