"""The command line as a person meets it: a real process, its exit code, its two streams."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from aiohttp.test_utils import unused_port

from knowledge import safe_default

SAFEGUARDING = Path(sys.executable).parent / "safeguarding"
DEVELOPMENT = {"SAFEGUARDING_ENV": "development"}
WORRY = '{"id": "a", "text": "A child told me his dad hits him", "at": "2026-11-30T10:00:00+00:00"}'
CANARY = "Zebulonquist"
GUID = "00000000-0000-4000-8000-000000000000"


def environment(**settings: str) -> dict[str, str]:
    """Ours without any setting of the assistant's, and these."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("SAFEGUARDING_")}, **settings}


def ran(*words: str, typed: str | bytes = "", **settings: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [SAFEGUARDING, *words],
        input=typed.encode() if isinstance(typed, str) else typed,
        capture_output=True,
        env=environment(**settings),
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a refusal is told in."""
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    return line


# answer


def test_answer_reads_a_file(tmp_path: Path) -> None:
    messages = tmp_path / "messages.jsonl"
    messages.write_text(f'{WORRY}\n\n{{"id": "b", "text": "help"}}\n')
    done = ran("answer", str(messages))
    assert (done.returncode, done.stderr) == (0, "")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["id"], first["intent"], first["subject"]) == ("a", "concern", "child")
    assert first["routes"][0] == "children_front_door"
    assert first["shown"].startswith(safe_default.DANGER)
    assert (second["id"], second["intent"]) == ("b", "help")


def test_answer_reads_standard_input() -> None:
    done = ran("answer", "-", typed=WORRY)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["id"] == "a"


def test_answer_takes_each_line_for_a_conversation_of_its_own() -> None:
    alone = ran("answer", "-", typed='{"id": "b", "text": "I am worried about someone"}')
    after = ran("answer", "-", typed=WORRY + '\n{"id": "b", "text": "I am worried about someone"}')
    assert json.loads(after.stdout.splitlines()[1])["concerns"] == json.loads(alone.stdout)["concerns"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("hello", id="not JSON"),
        pytest.param("[]", id="an array"),
        pytest.param("[" * 100_000, id="too deep"),
        pytest.param("7" * 6_000, id="a number too long"),
        pytest.param('{"id": "b"}', id="no text"),
        pytest.param('{"text": "b"}', id="no id"),
        pytest.param('{"id": 7, "text": "b"}', id="a number for id"),
        pytest.param('{"id": "b", "text": null}', id="null for text"),
        pytest.param('{"id": "b", "text": "b", "at": "2026-11-30T10:00:00"}', id="at without an offset"),
        pytest.param('{"id": "b", "text": "b", "at": "yesterday"}', id="at that is no instant"),
        pytest.param('{"id": "b", "text": "b", "at": 7}', id="a number for at"),
        pytest.param('{"id": "b", "text": "b", "at": ""}', id="an empty at"),
        pytest.param('{"id": "\\ud800", "text": "b"}', id="half a surrogate pair"),
    ],
)
def test_a_line_that_is_no_message_is_told_in_one_line(line: str) -> None:
    done = ran("answer", "-", typed=f"{WORRY}\n{line}\n{WORRY}\n")
    assert refused(done).startswith("line 2: ")
    assert [json.loads(answer)["id"] for answer in done.stdout.splitlines()] == ["a"]


@pytest.mark.parametrize("text", [f'{{"id": "{CANARY}"}}', CANARY, f'{{"id": "a", "text": "b", "at": "{CANARY}"}}'])
def test_a_line_that_is_no_message_is_not_repeated(text: str) -> None:
    assert CANARY not in refused(ran("answer", "-", typed=text))


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    done = ran("answer", str(tmp_path / "none.jsonl"))
    assert "none.jsonl" in refused(done)
    assert done.stdout == ""


def test_a_folder_is_told_in_one_line(tmp_path: Path) -> None:
    assert str(tmp_path) in refused(ran("answer", str(tmp_path)))


def test_a_file_that_is_not_text_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "a", "text": "caf\xe9"}\n')
    assert "UTF-8" in refused(ran("answer", str(tmp_path / "latin.jsonl")))


def test_standard_input_that_is_not_text_is_told_in_one_line() -> None:
    typed = b'{"id": "a", "text": "caf\xe9"}\n'
    assert "UTF-8" in refused(ran("answer", "-", typed=typed, PYTHONIOENCODING="utf-8:strict"))


# check


def test_check_passes() -> None:
    done = ran("check")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith(": 0 faults, 0 warnings")
    for standing in ("confirmed", "unconfirmed", "conflicting", "not found", "draft"):
        assert standing in done.stdout


def test_check_names_the_file_of_a_fault(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text("- id: lost\n")
    done = ran("check", "--content", str(tmp_path))
    assert done.returncode == 1
    assert "routes.yaml" in done.stderr
    assert "Traceback" not in done.stderr


# run


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, "SAFEGUARDING_ENV"),
        ({"SAFEGUARDING_ENV": "production"}, "SAFEGUARDING_ENV"),
        ({"SAFEGUARDING_ENV": "dev"}, "SAFEGUARDING_ENV"),
        ({**DEVELOPMENT, "SAFEGUARDING_PORT": "99999"}, "SAFEGUARDING_PORT"),
        ({**DEVELOPMENT, "SAFEGUARDING_PORT": "http"}, "SAFEGUARDING_PORT"),
        ({**DEVELOPMENT, "SAFEGUARDING_HOST": "10.0.0.1"}, "SAFEGUARDING_HOST"),
        ({**DEVELOPMENT, "SAFEGUARDING_NOW": "2026-11-27T18:40:00"}, "SAFEGUARDING_NOW"),
    ],
)
def test_run_refuses_what_does_not_fit_in_one_line(settings: dict[str, str], named: str) -> None:
    done = ran("run", **settings)
    assert named in refused(done)
    assert done.stdout == ""


@contextmanager
def running(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`safeguarding run` on a free port, once it has said where it is; and its address."""
    environ = environment(**DEVELOPMENT, SAFEGUARDING_PORT=str(unused_port()), **settings)
    with subprocess.Popen(
        [SAFEGUARDING, "run"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("The assistant is at http://127.0.0.1:")
            yield process, f"http://127.0.0.1:{environ['SAFEGUARDING_PORT']}"
        finally:
            process.kill()


def test_run_says_that_it_is_up() -> None:
    with running() as (_, address), urlopen(f"{address}/healthz", timeout=10) as response:
        assert response.status == 200
        assert json.load(response) == {"status": "up"}


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_well_when_it_is_asked_to(asked: signal.Signals) -> None:
    with running() as (process, _):
        process.send_signal(asked)
        assert process.wait(timeout=20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_run_says_nothing_of_what_was_typed() -> None:
    with running() as (process, address):
        for path, body in (
            ("/", f"text={CANARY}+hits+him"),
            ("/", f"message={CANARY}"),
            ("/api/messages", f'{{"type": "message", "id": "a", "text": "{CANARY}"}}'),
            ("/api/messages", CANARY),
        ):
            kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
            headers = f"Content-Type: {kind}\r\nConnection: close\r\n"
            _sent(
                address,
                f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}",
            )
        _sent(address, f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\ntext={CANARY}")
        process.terminate()
        printed, logged = process.communicate(timeout=20)
        assert CANARY not in printed + logged


def _sent(address: str, request: str) -> None:
    """Send a request as it stands and wait for the answer to end."""
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1])), timeout=10) as connection:
        connection.sendall(request.encode())
        assert connection.recv(12).startswith(b"HTTP/1.")
        while connection.recv(65_536):
            pass


def test_run_says_that_a_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refused(ran("run", **DEVELOPMENT, SAFEGUARDING_PORT=port))
    assert port in line
    assert "Is it running already?" in line


def test_run_says_that_a_host_is_not_here() -> None:
    app = {"MicrosoftAppId": GUID, "MicrosoftAppTenantId": GUID, "MicrosoftAppPassword": "secret"}
    chosen = {**DEVELOPMENT, **app, "SAFEGUARDING_PAGE": "off", "SAFEGUARDING_PORT": str(unused_port())}
    for host in ("nowhere.invalid", "192.0.2.1"):
        line = refused(ran("run", **chosen, SAFEGUARDING_HOST=host))
        assert host in line
        assert "SAFEGUARDING_HOST" in line
        assert "already" not in line
    assert "SAFEGUARDING_HOST is a..b" in refused(ran("run", **chosen, SAFEGUARDING_HOST="a..b"))


# chat


@pytest.mark.parametrize(
    "typed", ["A child told me his dad hits him\n", "A child told me his dad hits him\nquit\nhelp\n"]
)
def test_chat_answers_a_line_that_is_piped_in(typed: str) -> None:
    done = ran("chat", typed=typed, **DEVELOPMENT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(safe_default.DANGER)
    assert "WHO TO RING NOW" in done.stdout
    assert done.stdout.count("I tell you who to ring") == 1


def test_a_chat_on_records_shows_no_line_of_the_log(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    assert not ran("migrate", SAFEGUARDING_DATABASE_URL=url, **DEVELOPMENT).returncode
    done = ran("chat", typed="help\n", SAFEGUARDING_DATABASE_URL=url, **DEVELOPMENT)
    assert "What you can ask".casefold() in done.stdout.casefold()
    assert done.stderr == ""


def test_chat_asks_nothing_of_a_line_that_is_empty() -> None:
    done = ran("chat", typed="\n  \n", **DEVELOPMENT)
    assert "WHO TO RING NOW" not in done.stdout


def test_chat_refuses_production_in_one_line() -> None:
    assert "SAFEGUARDING_ENV" in refused(ran("chat", typed="help\n"))


def test_no_command_is_told_what_there_is() -> None:
    done = ran()
    assert all(command in done.stdout + done.stderr for command in ("run", "chat", "answer", "check"))
