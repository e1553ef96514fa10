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


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server on loopback; gives the address of its `postgres` database."""
    programs = _programs()
    assert programs, why_no_postgres()
    account = "postgres" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="harrow-postgres-"))
    data, port = folder / "data", free_port()
    shutil.chown(folder, account)

    def run(*words: str) -> None:
        user = pwd.getpwnam(account).pw_uid if os.geteuid() == 0 else None
        with (folder / "out").open("ab") as out:  # not a pipe: the server would keep it open
            subprocess.run(words, user=user, cwd=folder, stdout=out, stderr=out, check=True, timeout=120)

    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=200"
    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-o", options, "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
