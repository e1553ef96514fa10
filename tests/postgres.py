"""A PostgreSQL of the tests' own: Debian's programs, a folder that is thrown away, an account that is not root's."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import free_port

DEBIAN = Path("/usr/lib/postgresql")


def why_no_postgres() -> str:
    """Why tests of PostgreSQL cannot run here; "" where they can."""
    return "" if _programs() else "PostgreSQL is not installed (Debian's package postgresql)"


def _programs() -> Path | None:
    """The newest release's programs."""
    found = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


class Server:
    """A PostgreSQL in a folder of its own, on loopback; `address` is that of its `postgres` database."""

    def __init__(self, folder: Path) -> None:
        programs = _programs()
        assert programs, why_no_postgres()
        self._programs, self._folder, self._port = programs, folder, free_port()
        self._account = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self.address = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        shutil.chown(folder, self._account)
        self._run("initdb", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self._port} -k {self._folder} -c fsync=off -c max_connections=200"
        self._run("pg_ctl", "-w", "-o", options, "start")

    def stop(self) -> None:
        """As a crash does: nothing is tidied up."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, program: str, *words: str) -> None:
        user = pwd.getpwnam(self._account).pw_uid if os.geteuid() == 0 else None
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *words]
        with (self._folder / "out").open("ab") as out:  # not a pipe: the server would keep it open
            subprocess.run(command, user=user, cwd=self._folder, stdout=out, stderr=out, check=True, timeout=120)


@contextmanager
def postgres() -> Iterator[Server]:
    """Run a server, and throw it away."""
    folder = Path(tempfile.mkdtemp(prefix="harrow-postgres-"))
    try:
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
