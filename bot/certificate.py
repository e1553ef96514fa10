"""The app's certificate: a PEM with the certificate and its RSA key, with which the app proves who it is."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


class BadCertificate(ValueError):
    """What is in the file will not do; the words say why."""


def certificate_and_key(pem: bytes) -> tuple[x509.Certificate, RSAPrivateKey]:
    """The certificate and the key in a PEM. Raises BadCertificate where they are not both there, and a pair."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        theirs = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise BadCertificate("there is no certificate in it that can be read") from None
    key = _key(pem)
    if not isinstance(key, RSAPrivateKey):
        raise BadCertificate("its key is not an RSA key")
    if key.public_key() != theirs:
        raise BadCertificate("its key is not the key of its certificate")
    return certificate, key


def _key(pem: bytes) -> object:
    try:
        return serialization.load_pem_private_key(pem, password=None)
    except TypeError:
        raise BadCertificate("its key asks for a pass phrase") from None
    except (ValueError, UnsupportedAlgorithm):
        raise BadCertificate("there is no private key in it that can be read") from None
