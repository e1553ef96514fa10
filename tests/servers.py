"""Real processes for end-to-end tests and `make playground`: the assistant, and Microsoft's Agents Playground."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
PLAYGROUND = ROOT / "node_modules" / ".bin" / "agentsplayground"
START_WITHIN = 30.0
"""Seconds; a machine that is busy with other tests is slow, and a server that never starts still ends the wait."""


class DidNotStart(Exception):
    """A server was started and did not answer; the words are what it printed."""


def why_no_browser() -> str:
    """Why a browser test cannot run here; "" where it can."""
    return "" if shutil.which("chromium") else "Chromium is not installed (Debian's package chromium)"


def why_no_playground() -> str:
    """Why the Agents Playground cannot run here; "" where it can."""
    if not shutil.which("node"):
        return "Node is not installed"
    return "" if PLAYGROUND.exists() else "the Agents Playground is not installed (npm ci)"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def assistant(port: int, now: str = "", database: str = "", **more: str) -> Iterator[str]:
    """Run the assistant for development at `port`, its clock starting at `now`; gives its address. `database`: where
    its records are, if not where the environment says; `more` of its settings."""
    environ = {**os.environ, "SAFEGUARDING_ENV": "development", "SAFEGUARDING_PORT": str(port), "SAFEGUARDING_NOW": now}
    environ |= more | ({"SAFEGUARDING_DATABASE_URL": database} if database else {})
    with _process([sys.executable, "-m", "bot", "run"], f"http://127.0.0.1:{port}/healthz", environ):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def playground(port: int, assistant_address: str, folder: Path = ROOT) -> Iterator[str]:
    """Run the Agents Playground at `port` against the assistant; gives its address. `folder` holds its settings."""
    endpoint = f"{assistant_address}/api/messages"
    command = [str(PLAYGROUND), "start", "--dt", "-e", endpoint, "-c", "msteams", "--port", str(port)]
    environ = {**os.environ, "BROWSER": "none"}
    with _process(command, f"http://localhost:{port}/", environ, folder):
        yield f"http://localhost:{port}"


@contextmanager
def _process(command: list[str], ready: str, environ: dict[str, str], folder: Path = ROOT) -> Iterator[None]:
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            wait_for(ready, process)
            yield
        finally:
            process.terminate()
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers. Raises DidNotStart with what it printed, where it does not."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(address, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    process.kill()
    raise DidNotStart(process.communicate()[0].decode(errors="replace"))
