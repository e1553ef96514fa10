"""Settings: the only place that reads the environment. What does not fit stops the start with one clear line."""

import errno
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from knowledge.clock import Clock, clock_starting_at, system_clock

PORT = 3978
FASTEST = 50
"""Messages a second: Teams takes no more from one app in one tenant."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class AppType(StrEnum):
    """How the app proves who it is. A new Azure Bot can no longer be multi-tenant."""

    SINGLE_TENANT = "SingleTenant"
    MANAGED_IDENTITY = "UserAssignedMSI"


class BadSettings(Exception):
    """The assistant refuses to start; the message says which setting and what it should be."""


@dataclass(frozen=True)
class AppIdentity:
    """Who the app is to Microsoft: its id, and a password or a certificate unless a managed identity speaks for it."""

    id: str
    type: AppType
    tenant: str
    password: str = field(default="", repr=False)
    certificate: Path | None = None
    """A PEM file with the certificate and its key."""


@dataclass(frozen=True)
class ManagedIdentity:
    """Where Azure App Service gives tokens, and the header that proves that it is we who ask."""

    endpoint: str
    header: str = field(repr=False)


@dataclass(frozen=True)
class Settings:
    environment: Environment
    host: str
    port: int
    now: datetime | None = None
    app: AppIdentity | None = None
    """None: anybody on this machine may speak to it (development on a loopback address only)."""
    tenants: frozenset[str] = frozenset()
    database_url: str = field(default="", repr=False)
    """"" in development: nothing is recorded."""
    administrators: tuple[tuple[str, str], ...] = ()
    """Tenant id and object id of each who is an administrator from the start."""
    serves_page: bool = True
    trusted_proxies: int = 0
    """How many proxies of ours stand before us: so many entries of X-Forwarded-For are believed."""
    base_url: str = ""
    """Where people reach the web server, for links to calendar entries and certificates; "" where they do not."""

    sends_per_second: int = 10
    """Messages that are sent unasked to one tenant in a second, by all processes together."""

    @property
    def clock(self) -> Clock:
        return clock_starting_at(self.now) if self.now else system_clock


DEVELOPMENT = Settings(Environment.DEVELOPMENT, "127.0.0.1", PORT)
"""On this machine, for whoever tries it: no sign-in, the page on."""


def app_id(environ: Mapping[str, str] = os.environ) -> str:
    """The app's id alone, for its package. Raises BadSettings."""
    return _guid("MicrosoftAppId", environ.get("MicrosoftAppId", ""))


def database_url(environ: Mapping[str, str] = os.environ) -> str:
    """The address of the database alone, for commands that need nothing else. Raises BadSettings."""
    url = _database_url(environ)
    if not url:
        raise BadSettings(
            "SAFEGUARDING_DATABASE_URL is not set: write the address of the database, such as sqlite:///data.db"
        )
    return url


def records_url(environ: Mapping[str, str] = os.environ) -> str:
    """The same, for commands that do without: "" where it is not set. Raises BadSettings."""
    return _database_url(environ)


def administrators(environ: Mapping[str, str] = os.environ) -> tuple[tuple[str, str], ...]:
    """Who is an administrator from the start, as (tenant id, object id). Raises BadSettings."""
    parts = [part.strip() for part in environ.get("SAFEGUARDING_ADMINISTRATORS", "").split(",") if part.strip()]
    return tuple(_administrator(part) for part in parts)


def managed_identity(environ: Mapping[str, str] = os.environ) -> ManagedIdentity | None:
    """Where Azure App Service offers the app's identity; None elsewhere."""
    endpoint, header = environ.get("IDENTITY_ENDPOINT", ""), environ.get("IDENTITY_HEADER", "")
    return ManagedIdentity(endpoint, header) if endpoint and header else None


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings. Raises BadSettings."""
    environment = _environment(environ.get("SAFEGUARDING_ENV", ""))
    settings = Settings(
        environment=environment,
        host=_host(environ.get("SAFEGUARDING_HOST", "")),
        port=_port(environ.get("SAFEGUARDING_PORT", "")),
        now=instant("SAFEGUARDING_NOW", environ.get("SAFEGUARDING_NOW", "")),
        app=_app(environ),
        tenants=_tenants(environ.get("SAFEGUARDING_TENANTS", "")),
        database_url=_database_url(environ),
        administrators=administrators(environ),
        base_url=_base_url(environ.get("SAFEGUARDING_BASE_URL", "")),
        serves_page=_switch("SAFEGUARDING_PAGE", environ, default=environment is Environment.DEVELOPMENT),
        trusted_proxies=_proxies(environ.get("SAFEGUARDING_TRUSTED_PROXIES", "")),
        sends_per_second=_pace(environ.get("SAFEGUARDING_SENDS_PER_SECOND", "")),
    )
    if settings.environment is Environment.PRODUCTION:
        _check_production(settings)
        _check_identity(settings, environ)
    elif not is_loopback(settings.host) and (settings.app is None or settings.serves_page):
        raise BadSettings(
            f"SAFEGUARDING_HOST is {settings.host}: in development what needs no sign-in is for this machine only. "
            "Write a loopback address, such as 127.0.0.1; or set MicrosoftAppId and SAFEGUARDING_PAGE=off"
        )
    return settings


def why_not_there(taken: OSError) -> str:
    """What to look at where nobody can listen at the host and port that were chosen."""
    if taken.errno == errno.EADDRINUSE:
        return "Is it running already? SAFEGUARDING_PORT chooses another."
    if taken.errno == errno.EACCES:
        return "SAFEGUARDING_PORT chooses another: below 1024 they are the administrator's."
    return "SAFEGUARDING_HOST has to be an address of this machine."


def _check_production(settings: Settings) -> None:
    """Fail closed: nothing that is missing may switch a check off."""
    if settings.app is None:
        raise BadSettings(
            "MicrosoftAppId is not set, and SAFEGUARDING_ENV is production (or not set). "
            "Set it, or SAFEGUARDING_ENV=development to try the assistant on this machine; make run does."
        )
    if not settings.tenants:
        raise BadSettings("SAFEGUARDING_TENANTS is not set: write the tenant ids that may use it, with commas between")
    database_url({"SAFEGUARDING_DATABASE_URL": settings.database_url})
    if settings.now is not None:
        raise BadSettings("SAFEGUARDING_NOW is set: in production the clock is the real one. Take it away")


def _check_identity(settings: Settings, environ: Mapping[str, str]) -> None:
    needs = settings.app is not None and settings.app.type is AppType.MANAGED_IDENTITY
    if needs and managed_identity(environ) is None:
        raise BadSettings(
            "MicrosoftAppType is UserAssignedMSI, and this machine offers no identity: IDENTITY_ENDPOINT and "
            "IDENTITY_HEADER are not set, as Azure App Service and Container Apps set them. Use SingleTenant here"
        )


def is_loopback(host: str) -> bool:
    """True for localhost and loopback addresses, and for nothing else."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _app(environ: Mapping[str, str]) -> AppIdentity | None:
    id, kind = environ.get("MicrosoftAppId", ""), environ.get("MicrosoftAppType", "")
    app_type = _app_type(kind)
    if not id:
        return None
    tenant = _guid("MicrosoftAppTenantId", environ.get("MicrosoftAppTenantId", ""))
    password, certificate = environ.get("MicrosoftAppPassword", ""), environ.get("MicrosoftAppCertificate", "")
    is_secret = bool(password.strip())
    if app_type is AppType.MANAGED_IDENTITY and (is_secret or certificate):
        raise BadSettings("MicrosoftAppType is UserAssignedMSI: unset MicrosoftAppPassword and MicrosoftAppCertificate")
    if app_type is AppType.SINGLE_TENANT and is_secret == bool(certificate):
        raise BadSettings("MicrosoftAppType is SingleTenant: set one of MicrosoftAppPassword, MicrosoftAppCertificate")
    path = _certificate(certificate) if certificate else None
    return AppIdentity(_guid("MicrosoftAppId", id), app_type, tenant, password, path)


def _certificate(words: str) -> Path:
    """A PEM file that will do, looked at now: else nobody would get an answer, and nobody would know why."""
    from bot.certificate import BadCertificate, certificate_and_key  # here, so that commands without it start at once

    try:
        certificate_and_key(Path(words).read_bytes())
    except (OSError, ValueError) as wrong:
        why = wrong if isinstance(wrong, BadCertificate) else "the file cannot be read"
        raise BadSettings(
            f"MicrosoftAppCertificate will not do: {why}. Write the path of a PEM file with the certificate and its key"
        ) from None
    return Path(words)


def _app_type(words: str) -> AppType:
    try:
        return AppType(words or AppType.SINGLE_TENANT)
    except ValueError:
        raise BadSettings(f"MicrosoftAppType is {words}: write SingleTenant or UserAssignedMSI") from None


def _tenants(words: str) -> frozenset[str]:
    return frozenset(_guid("SAFEGUARDING_TENANTS", part.strip()) for part in words.split(",") if part.strip())


def _administrator(words: str) -> tuple[str, str]:
    tenant, _, object_id = words.lower().partition("/")
    if not (_GUID.fullmatch(tenant) and _GUID.fullmatch(object_id)):
        raise BadSettings(
            "SAFEGUARDING_ADMINISTRATORS is not a list of tenant id, slash, object id, with commas between: "
            f"mend {words}"
        )
    return tenant, object_id


def _base_url(words: str) -> str:
    if words and not re.fullmatch(r"https://[^\s/?#]+(/[^\s?#]*)?|http://(localhost|127\.0\.0\.1)(:\d+)?/?", words):
        raise BadSettings(f"SAFEGUARDING_BASE_URL is {words}: write an address such as https://safeguarding.example")
    return words.rstrip("/")


def _database_url(environ: Mapping[str, str]) -> str:
    url = environ.get("SAFEGUARDING_DATABASE_URL", "")
    if not url:
        return ""
    from knowledge.database import BadAddress, address  # here, so that commands without records start at once

    try:
        address(url)
    except BadAddress as bad:
        raise BadSettings(f"SAFEGUARDING_DATABASE_URL will not do: {bad}") from None
    return url


def _guid(name: str, words: str) -> str:
    if not _GUID.fullmatch(words.lower()):
        raise BadSettings(f"{name} is not an id such as 00000000-0000-4000-8000-000000000000")
    return words.lower()


def _switch(name: str, environ: Mapping[str, str], *, default: bool) -> bool:
    words = environ.get(name, "")
    if words not in ("", "on", "off"):
        raise BadSettings(f"{name} is {words}: write on or off")
    return words == "on" if words else default


def _environment(words: str) -> Environment:
    try:
        return Environment(words or Environment.PRODUCTION)
    except ValueError:
        raise BadSettings(f"SAFEGUARDING_ENV is {words}: write development or production") from None


def _host(words: str) -> str:
    """An IP address or the name of a host; whether it is one of this machine's is found out by listening there."""
    try:
        return str(ipaddress.ip_address(words or "127.0.0.1"))
    except ValueError:
        if not _HOST.fullmatch(words) or len(words) > 253:
            raise BadSettings(
                f"SAFEGUARDING_HOST is {words}: write an address of this machine, such as 127.0.0.1 or 0.0.0.0"
            ) from None
        return words


def _proxies(words: str) -> int:
    if words not in tuple("0123456789") and words:
        raise BadSettings(f"SAFEGUARDING_TRUSTED_PROXIES is {words}: write how many proxies of yours stand before it")
    return int(words or "0")


def _pace(words: str) -> int:
    if words and (not re.fullmatch("[1-9][0-9]?", words) or int(words) > FASTEST):
        raise BadSettings(f"SAFEGUARDING_SENDS_PER_SECOND is {words}: write a whole number from 1 to {FASTEST}")
    return int(words or Settings.sends_per_second)


def _port(words: str) -> int:
    if not words:
        return PORT
    if not (words.isascii() and words.isdigit() and len(words) <= 5 and int(words) <= 65535):
        raise BadSettings(f"SAFEGUARDING_PORT is {words}: write a number from 0 to 65535")
    return int(words)


def instant(name: str, words: str) -> datetime | None:
    """An aware instant that somebody wrote under a name; None where nothing is written. Raises BadSettings."""
    if not words:
        return None
    try:
        written = datetime.fromisoformat(words)
        clock_starting_at(written)
    except ValueError:
        raise BadSettings(
            f"{name} is {words}: write an instant with its offset, such as 2026-11-27T18:40:00+00:00"
        ) from None
    return written


def is_development(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment says so in so many words. Raises BadSettings."""
    return _environment(environ.get("SAFEGUARDING_ENV", "")) is Environment.DEVELOPMENT
