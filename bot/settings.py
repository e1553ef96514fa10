"""Settings: the only place that reads the environment. What does not fit stops the start with one clear line."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from knowledge.clock import Clock, clock_starting_at, system_clock

PORT = 3978


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class BadSettings(Exception):
    """The assistant refuses to start; the message says which setting and what it should be."""


@dataclass(frozen=True)
class Settings:
    environment: Environment
    host: str
    port: int
    now: datetime | None = None

    @property
    def clock(self) -> Clock:
        return clock_starting_at(self.now) if self.now else system_clock


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings. Raises BadSettings."""
    settings = Settings(
        environment=_environment(environ.get("SAFEGUARDING_ENV", "")),
        host=environ.get("SAFEGUARDING_HOST") or "127.0.0.1",
        port=_port(environ.get("SAFEGUARDING_PORT", "")),
        now=_now(environ.get("SAFEGUARDING_NOW", "")),
    )
    if settings.environment is Environment.PRODUCTION:
        raise BadSettings(
            "SAFEGUARDING_ENV is production (or not set), and this release has no sign-in for Teams yet. "
            "Set SAFEGUARDING_ENV=development to try it on this machine; make run does."
        )
    if not is_loopback(settings.host):
        raise BadSettings(
            f"SAFEGUARDING_HOST is {settings.host}: without sign-in only a loopback address, such as 127.0.0.1"
        )
    return settings


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _environment(words: str) -> Environment:
    try:
        return Environment(words or Environment.PRODUCTION)
    except ValueError:
        raise BadSettings(f"SAFEGUARDING_ENV is {words}: write development or production") from None


def _port(words: str) -> int:
    if not words:
        return PORT
    if not (words.isascii() and words.isdigit() and len(words) <= 5 and int(words) <= 65535):
        raise BadSettings(f"SAFEGUARDING_PORT is {words}: write a number from 0 to 65535")
    return int(words)


def _now(words: str) -> datetime | None:
    if not words:
        return None
    try:
        instant = datetime.fromisoformat(words)
        clock_starting_at(instant)
    except ValueError:
        raise BadSettings(
            f"SAFEGUARDING_NOW is {words}: write an instant with its offset, such as 2026-11-27T18:40:00+00:00"
        ) from None
    return instant
