"""A fake of Microsoft's token service (and of App Service's managed identity) on loopback: a kept product for tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import NameOID


@dataclass
class TokenService:
    """Give `status` and a token that lives `life` seconds after `delay`; every request is kept in `asked`."""

    status: int = 200
    life: float = 3600
    delay: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        form = {**request.query, **(await request.post())}
        self.asked.append({"path": request.path, "header": request.headers.get("X-IDENTITY-HEADER"), **form})
        await asyncio.sleep(self.delay)
        body = {"access_token": f"token-{len(self.asked)}", "expires_in": self.life}
        return web.json_response(body, status=self.status)


@asynccontextmanager
async def token_service() -> AsyncIterator[TokenService]:
    service = TokenService()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", service.answer)
    async with TestServer(app) as server:
        service.url = str(server.make_url("")).rstrip("/")
        yield service


def certificate_with_key(folder: Path, at: datetime) -> tuple[Path, x509.Certificate]:
    """A self-signed certificate and its key in one PEM file, good for a day from `at`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "safeguarding")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate_key(key) + certificate.public_bytes(serialization.Encoding.PEM)
    path = folder / "app.pem"
    path.write_bytes(pem)
    return path, certificate


def certificate_key(key: PrivateKeyTypes, pass_phrase: bytes = b"") -> bytes:
    """A private key in PEM, locked where there is a pass phrase."""
    lock = serialization.BestAvailableEncryption(pass_phrase) if pass_phrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)
