"""Settings: what does not fit stops the start, with a line that names the setting."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.settings import BadSettings, Environment, Settings, from_environment, is_loopback
from knowledge.clock import system_clock
from tests.tokenservice import certificate_key, certificate_with_key

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


GUID = "0d6f0f5c-9a53-4a55-8e0c-7f4d4a0c9b11"
PRODUCTION = {
    "MicrosoftAppId": GUID,
    "MicrosoftAppTenantId": GUID,
    "MicrosoftAppPassword": "secret",
    "SAFEGUARDING_TENANTS": GUID,
    "SAFEGUARDING_DATABASE_URL": "sqlite:///data.db",
}


def in_production(**changes: str) -> Settings:
    return from_environment({**PRODUCTION, **changes})


def test_production_starts_with_all_it_needs() -> None:
    assert in_production().environment is Environment.PRODUCTION


@pytest.mark.parametrize("password", ["", " ", "\t \n"])
def test_a_password_of_blanks_is_none(password: str) -> None:
    with pytest.raises(BadSettings, match="MicrosoftAppPassword"):
        in_production(MicrosoftAppPassword=password)


def with_certificate(path: Path) -> Settings:
    return in_production(MicrosoftAppPassword="", MicrosoftAppCertificate=str(path))


def test_a_certificate_with_its_key_is_taken(tmp_path: Path) -> None:
    path, _ = certificate_with_key(tmp_path, datetime(2026, 11, 27, tzinfo=UTC))
    settings = with_certificate(path)
    assert settings.app is not None
    assert settings.app.certificate == path


def test_a_certificate_that_will_not_do_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    path, certificate = certificate_with_key(tmp_path, datetime(2026, 11, 27, tzinfo=UTC))
    other, _ = certificate_with_key(tmp_path / "other", datetime(2026, 11, 27, tzinfo=UTC))
    public = certificate.public_bytes(serialization.Encoding.PEM)
    locked = certificate_key(ec.generate_private_key(ec.SECP256R1()), b"pass phrase")
    faults = {
        b"": "no certificate",
        b"root:x:0:0:root:/root:/bin/bash\n": "no certificate",
        public: "no private key",
        path.read_bytes().removesuffix(public): "no certificate",
        other.read_bytes().split(b"-----BEGIN CERT")[0] + public: "not the key of its certificate",
        certificate_key(ec.generate_private_key(ec.SECP256R1())) + public: "not an RSA key",
        locked + public: "pass phrase",
    }
    for pem, why in faults.items():
        path.write_bytes(pem)
        with pytest.raises(BadSettings, match=why) as refused:
            with_certificate(path)
        assert "MicrosoftAppCertificate" in str(refused.value)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("path", ["/nowhere/app.pem", "/", "a\0b"])
def test_a_certificate_that_cannot_be_read_is_refused(path: str) -> None:
    with pytest.raises(BadSettings, match="MicrosoftAppCertificate will not do: the file cannot be read"):
        in_production(MicrosoftAppPassword="", MicrosoftAppCertificate=path)


@pytest.mark.parametrize("offered", [{}, {"IDENTITY_ENDPOINT": "http://127.0.0.1/msi"}, {"IDENTITY_HEADER": "proof"}])
def test_a_managed_identity_where_none_is_offered_is_refused(offered: dict[str, str]) -> None:
    managed = {"MicrosoftAppType": "UserAssignedMSI", "MicrosoftAppPassword": ""}
    with pytest.raises(BadSettings, match="IDENTITY_ENDPOINT"):
        in_production(**managed, **offered)
    assert in_production(**managed, IDENTITY_ENDPOINT="http://127.0.0.1/msi", IDENTITY_HEADER="proof").app


WITH_APP = {**DEVELOPMENT, **{name: words for name, words in PRODUCTION.items() if name.startswith("Microsoft")}}


def test_in_development_the_page_is_never_for_others_whatever_the_app() -> None:
    everywhere = {**WITH_APP, "SAFEGUARDING_HOST": "0.0.0.0"}  # noqa: S104  # refused
    with pytest.raises(BadSettings, match="SAFEGUARDING_PAGE"):
        from_environment(everywhere)
    with pytest.raises(BadSettings, match="SAFEGUARDING_HOST"):
        from_environment({**DEVELOPMENT, "SAFEGUARDING_HOST": "::", "SAFEGUARDING_PAGE": "off"})
    assert not from_environment({**everywhere, "SAFEGUARDING_PAGE": "off"}).serves_page


@pytest.mark.parametrize("host", ["a..b", ".", "a b", "http://127.0.0.1", "127.0.0.1:80", "[::1]", "é", "x" * 64, "-a"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_HOST"):
        in_production(SAFEGUARDING_HOST=host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "assistant", "assistant-1.example.org"])  # noqa: S104
def test_a_host_of_this_machine_is_taken_in_production(host: str) -> None:
    assert in_production(SAFEGUARDING_HOST=host).host == host


@pytest.mark.parametrize(("words", "proxies"), [("", 0), ("0", 0), ("1", 1), ("9", 9)])
def test_the_number_of_proxies_is_taken(words: str, proxies: int) -> None:
    assert in_production(SAFEGUARDING_TRUSTED_PROXIES=words).trusted_proxies == proxies


@pytest.mark.parametrize("words", ["-1", "10", "one", " 1", "1.0", "²", "10.0.0.0/8"])
def test_what_is_no_number_of_proxies_is_refused(words: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_TRUSTED_PROXIES"):
        in_production(SAFEGUARDING_TRUSTED_PROXIES=words)


@pytest.mark.parametrize(("words", "pace"), [("", 10), ("1", 1), ("50", 50)])
def test_how_fast_messages_leave(words: str, pace: int) -> None:
    assert in_production(SAFEGUARDING_SENDS_PER_SECOND=words).sends_per_second == pace


@pytest.mark.parametrize("words", ["0", "51", "-1", "1.5", "ten", "٣"])
def test_a_pace_that_teams_would_not_take_stops_the_start(words: str) -> None:
    with pytest.raises(BadSettings, match="SAFEGUARDING_SENDS_PER_SECOND"):
        in_production(SAFEGUARDING_SENDS_PER_SECOND=words)
