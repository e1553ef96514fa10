"""Settings: what does not fit stops the start, with a line that names the setting."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.settings import BadSettings, Environment, from_environment, is_loopback
from knowledge.clock import system_clock

DEVELOPMENT = {"SAFEGUARDING_ENV": "development"}


def test_development_needs_nothing_else() -> None:
    settings = from_environment(DEVELOPMENT)
    assert (settings.environment, settings.host, settings.port) == (Environment.DEVELOPMENT, "127.0.0.1", 3978)
    assert settings.clock is system_clock


@pytest.mark.parametrize("environ", [{}, {"SAFEGUARDING_ENV": ""}, {"SAFEGUARDING_ENV": "production"}])
def test_production_is_the_default_and_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_ENV"):
        from_environment(environ)


@pytest.mark.parametrize("environment", ["dev", "Development", "test", " development"])
def test_a_misspelt_environment_is_refused(environment: str) -> None:
    with pytest.raises(BadSettings, match="write development or production"):
        from_environment({"SAFEGUARDING_ENV": environment})


@pytest.mark.parametrize("port", ["0", "80", "65535"])
def test_a_port_is_taken(port: str) -> None:
    assert from_environment({**DEVELOPMENT, "SAFEGUARDING_PORT": port}).port == int(port)


@pytest.mark.parametrize("port", ["65536", "-1", "http", "80.0", " 80", "1e3", "²", "9" * 5_000])
def test_a_bad_port_is_refused(port: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_PORT"):
        from_environment({**DEVELOPMENT, "SAFEGUARDING_PORT": port})


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_a_loopback_host_is_taken(host: str) -> None:
    assert from_environment({**DEVELOPMENT, "SAFEGUARDING_HOST": host}).host == host


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",  # noqa: S104  # refused
        "::",
        "10.0.0.1",
        "example.org",
        "localhost.example.org",
        "127.0.0.1.example.org",
        "127.1",
    ],
)
def test_a_host_that_others_can_reach_is_refused(host: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_HOST"):
        from_environment({**DEVELOPMENT, "SAFEGUARDING_HOST": host})


def test_a_clock_that_starts_elsewhere_ticks_on_from_there() -> None:
    clock = from_environment({**DEVELOPMENT, "SAFEGUARDING_NOW": "2026-11-27T18:40:00+01:00"}).clock
    start = datetime(2026, 11, 27, 17, 40, tzinfo=UTC)
    first, second = clock(), clock()
    assert start <= first <= second < start + timedelta(hours=1)
    assert first.tzinfo is UTC


@pytest.mark.parametrize("now", ["2026-11-27T18:40:00", "2026-11-27", "yesterday", "18:40", "2026-13-01T00:00+00:00"])
def test_a_clock_without_an_offset_is_refused(now: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_NOW"):
        from_environment({**DEVELOPMENT, "SAFEGUARDING_NOW": now})


@pytest.mark.parametrize("url", ["data.db", "sqlite://", "sqlite:///:memory:", "mysql://host/name", "sqlite://host/x"])
def test_a_database_address_that_will_not_do_is_refused(url: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_DATABASE_URL"):
        from_environment({**DEVELOPMENT, "SAFEGUARDING_DATABASE_URL": url})


@pytest.mark.parametrize(
    "url", ["sqlite:///data.db", "postgresql://a:secret@host/name?sslmode=require", "postgres://h/n"]
)
def test_a_database_address_is_taken_and_not_shown(url: str) -> None:
    settings = from_environment({**DEVELOPMENT, "SAFEGUARDING_DATABASE_URL": url})
    assert settings.database_url == url
    assert "secret" not in repr(settings)


TENANT, OBJECT = "7d0a6c1e-3b52-4f0e-9a64-2f1f0c6b8e10", "2f8e1b4c-6a0d-4d53-8a5f-0b7c9d1e2f30"


def test_the_first_administrators_are_read() -> None:
    words = f"{TENANT}/{OBJECT.upper()}, {TENANT}/{TENANT}"
    settings = from_environment({**DEVELOPMENT, "SAFEGUARDING_ADMINISTRATORS": words})
    assert settings.administrators == ((TENANT, OBJECT), (TENANT, TENANT))


@pytest.mark.parametrize("words", [TENANT, f"{TENANT}/", f"/{OBJECT}", f"{TENANT}/{OBJECT}/{OBJECT}", "jo@example.org"])
def test_an_administrator_that_is_no_pair_of_ids_is_refused(words: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_ADMINISTRATORS") as refused:
        from_environment({**DEVELOPMENT, "SAFEGUARDING_ADMINISTRATORS": words})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "10.0.0.1", "::", "::ffff:10.0.0.1", "127.0.0.1:80", "127.0.0.256"]
)
def test_only_this_machine_is_loopback(host: str) -> None:
    assert not is_loopback(host)
