"""A PostgreSQL server of the tests' own: in a temporary folder, reached through a socket in it, gone afterwards.

Its databases order texts as dictionaries do ("a" before "B") where the server can, so that a statement that relies on
the order of bytes shows itself. It does not flush to disk, which no test can tell from a server that does.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

USER = "reelign"
# A user that must give a password, unlike every other.
GUARDED, PASSWORD = "guarded", "s3cret-und-leise"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class Unavailable(Exception):
    """There is no server that could be started; the message says why."""


class Cluster:
    """One running server. Stop it at the end."""

    def __init__(self) -> None:
        """Make and start a server.

        Raises:
            Unavailable: PostgreSQL or its driver is not installed, or there is nobody it could run as.
        """
        if importlib.util.find_spec("psycopg") is None:
            raise Unavailable("The package psycopg is not installed ('make setup-dev').")
        self._programs = _programs()
        self._runs_as = _runs_as()
        self._folder = Path(tempfile.mkdtemp(prefix="reelign-"))  # short, for a socket's path may have 107 bytes
        if self._runs_as is not None:
            shutil.chown(self._folder, self._runs_as)
        try:
            self._make()
            self.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
        self._spare: list[str] = []

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = ["listen_addresses=''", f"unix_socket_directories='{self._folder}'", *QUICK]
        options = " ".join(f"-c {setting}" for setting in settings)
        self._control("start", "-l", str(self._folder / "server.log"), "-o", options)

    def stop(self) -> None:
        """Stop the server, closing every connection to it."""
        self._control("stop", "-m", "fast")

    def remove(self) -> None:
        """Stop the server and delete what it held."""
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str, user: str = USER) -> str:
        """Return the URL of a database; ``user`` may hold a password after a colon."""
        return f"postgresql+psycopg://{user}@/{database}?host={self._folder}"

    def empty_database(self) -> str:
        """Return the URL of a new database without a table."""
        name = f"labels_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def label_database(self) -> str:
        """Return the URL of a database at the newest schema without a row; hand it back with ``take_back``."""
        from core.judgments import LabelStore

        if self._spare:
            return self._spare.pop()
        url = self.empty_database()
        LabelStore(url).close()
        return url

    def take_back(self, url: str) -> None:
        """Empty a label database for the next test, since that takes a tenth of the time of making one."""
        from core.judgments.database import newest_revision
        from core.judgments.schema import metadata

        statements = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY",
            f"UPDATE alembic_version SET version_num = '{newest_revision()}'",
        )
        self.execute("; ".join(statements), database_of(url))
        self._spare.append(url)

    def execute(self, statements: str, database: str = "postgres") -> None:
        """Run statements whose answers are not wanted."""
        import psycopg

        with psycopg.connect(host=str(self._folder), user=USER, dbname=database, autocommit=True) as connection:
            connection.execute(statements)

    def _make(self) -> None:
        locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
        self.orders_as_dictionaries = "--icu-locale" in self._run("initdb", "--help")
        if self.orders_as_dictionaries:
            locale += ["--locale-provider=icu", "--icu-locale=en-US"]
        self._run("initdb", "-D", str(self._data), "-U", USER, "--auth=trust", "--no-sync", *locale)
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text()}")

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", *words)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *words: str) -> str:
        person = {} if self._runs_as is None else {"user": self._runs_as, "group": self._runs_as, "extra_groups": []}
        # Output goes to files: a server that inherits a pipe would keep its reader waiting.
        with tempfile.TemporaryFile("w+") as output:
            ended = subprocess.run(
                [str(self._programs / program), *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                check=False,
                **person,
            )
            output.seek(0)
            said = output.read()
        if ended.returncode:
            raise RuntimeError(f"{program} failed with status {ended.returncode}: {said[-2000:]}")
        return said.strip()


def database_of(url: str) -> str:
    """Return the name of the database in a URL of a cluster."""
    return url.partition("?")[0].rpartition("/")[2]


def _programs() -> Path:
    """Return the folder of the newest server's programs; Debian keeps them off the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    found = next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)
    if found is None and (initdb := shutil.which("initdb")):
        found = Path(initdb).resolve().parent
    if found is None:
        raise Unavailable("PostgreSQL is not installed ('make setup-dev' installs it where it may).")
    return found


def _runs_as() -> str | None:
    """Return the user that the server must run as, since it refuses root; None for whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise Unavailable("PostgreSQL does not run as root, and there is no user 'postgres'.") from None
