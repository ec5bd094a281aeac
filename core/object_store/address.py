"""Objects under one address, reached through fsspec: listed, read within bounds, written once or in place."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import StoreError
from core.files import writing
from core.masking import masked
from core.quoting import legible

ENVIRONMENT_VARIABLE = "REELIGN_STORE"
CHUNK_BYTES = 4 << 20
MOST_OBJECTS = 1_000_000  # of one listing; a team that has so many needs prefixes of its own
# One try and one more: who waits for a page is told sooner than botocore's five tries of a minute each would tell.
S3_PATIENCE = {"connect_timeout": 5, "read_timeout": 60, "retries": {"total_max_attempts": 2}}
ADDRESS = re.compile(r"[a-z][a-z0-9+.:-]*://.*")


def store_address() -> str:
    """Return the address that ``$REELIGN_STORE`` names, empty for none."""
    return os.environ.get(ENVIRONMENT_VARIABLE, "").strip()


class Unreachable(StoreError):
    """The store gave no answer, or refused one."""


class Taken(Exception):
    """Another replica has written an object of that name first."""


class ObjectStore:
    """Objects by key below one address. Keys are relative, with slashes; whoever makes them has checked them."""

    def __init__(self, url: str) -> None:
        """Get ready to reach a store; nothing is asked of it yet, but of the folder of a ``file://`` address.

        Raises:
            StoreError: the address is none, its library is not installed, or its folder is not there.
        """
        self.url = url
        if not ADDRESS.fullmatch(url):
            raise StoreError(
                f"${ENVIRONMENT_VARIABLE} is {legible(masked(url))}; expected an address such as s3://BUCKET/PREFIX, "
                "gs://BUCKET/PREFIX or file:///FOLDER."
            )
        protocol = url.partition(":")[0]
        options: dict[str, Any] = {"use_listings_cache": False}  # what others write is to be seen at once
        if protocol in ("s3", "s3a"):
            options["config_kwargs"] = S3_PATIENCE
        self._local = protocol in ("file", "local")
        if self._local:
            options["auto_mkdir"] = True
        with self._asking("", "reached"):
            try:
                import fsspec

                self._files, root = fsspec.core.url_to_fs(url, **options)
            except ImportError as reason:
                raise StoreError(
                    f"{self.where('')}: its library is not installed ({legible(reason)}). Install it with "
                    "'pip install -r requirements-store.txt'."
                ) from reason
        self._root = str(root).rstrip("/")
        if self._local and not Path(self._root).is_dir():  # a share that is not mounted must not fill the disk below
            raise StoreError(f"{self.where('')}: there is no such folder. Mount the share, or make the folder.")

    def where(self, key: str) -> str:
        """Return the full address of a key, to be shown."""
        return masked("/".join(filter(None, (self.url.rstrip("/"), key))))

    def list(self, folder: str) -> dict[str, int]:
        """Return the size of every object below a folder by its key within it; links are passed over.

        Raises:
            StoreError: the store cannot be reached, or holds more than ``MOST_OBJECTS`` there.
        """
        start = f"{self._root}/{folder}"
        with self._asking(folder, "listed"):
            found = self._files.find(start, detail=True)
        if len(found) > MOST_OBJECTS:
            raise StoreError(f"{self.where(folder)}: {len(found):,} objects; expected at most {MOST_OBJECTS:,}.")
        skip = len(start.lstrip("/")) + 1
        return {
            path.lstrip("/")[skip:]: int(about.get("size") or 0)
            for path, about in found.items()
            if about.get("type") == "file" and not about.get("islink")
        }

    def size(self, key: str) -> int | None:
        """Return the bytes of an object, ``None`` where there is none."""
        with self._asking(key, "read"):
            try:
                return int(self._files.info(f"{self._root}/{key}")["size"])
            except FileNotFoundError:
                return None

    def read(self, key: str, most: int) -> bytes:
        """Return a small object.

        Raises:
            StoreError: it is not there, cannot be read, or is of more than ``most`` bytes.
        """
        with self._asking(key, "read"):
            content = bytes(self._files.cat_file(f"{self._root}/{key}", start=0, end=most + 1))
        if len(content) > most:
            raise StoreError(f"{self.where(key)}: over {most:,} bytes, which none of ours has. It was left alone.")
        return content

    def create(self, key: str, content: bytes) -> None:
        """Write a small object that is not there yet, whole.

        Amazon S3, Google Cloud Storage and whatever speaks their protocol to the letter, and a folder, decide
        which of two replicas was first.

        Raises:
            Taken: there is one already.
            StoreError: it cannot be written.
        """
        path = f"{self._root}/{key}"
        with self._asking(key, "written"):
            try:
                if self._local:
                    _link_in(Path(path), content)
                else:
                    self._files.pipe_file(path, content, mode="create")
            except FileExistsError:
                raise Taken(key) from None
            except OSError as reason:
                if "PreconditionFailed" in f"{reason!r}{reason.__cause__!r}" or "412" in str(reason):
                    raise Taken(key) from None
                raise

    def put(self, key: str, source: Path, size: int) -> None:
        """Write a file under a key that is named by its content, unless it is there; half a one is written anew.

        Raises:
            StoreError: it cannot be written.
        """
        if self.size(key) == size:
            return
        with self._asking(key, "written"):
            self._files.put_file(str(source), f"{self._root}/{key}")

    def get(self, key: str, target: Path, sha256: str, size: int) -> None:
        """Write an object's content to a new file. What is not as it should be is fetched once again, then refused.

        Raises:
            StoreError: it is not there, cannot be read, or its content is not what its name and size say.
            StorageError: the file cannot be written here.
        """
        for _ in range(2):
            if self._copy(key, target, size) == sha256:
                return
            target.unlink(missing_ok=True)
        raise StoreError(
            f"{self.where(key)}: damaged; its content is not what its name says, nor was it when fetched again. "
            "Nothing of it is used. Delete that object, then run 'python -m core store sync' where the original is."
        )

    def remove(self, folder: str) -> None:
        """Delete every object below a folder."""
        with self._asking(folder, "deleted"):
            if self._files.exists(f"{self._root}/{folder}"):
                self._files.rm(f"{self._root}/{folder}", recursive=True)

    def _copy(self, key: str, target: Path, size: int) -> str:
        """Copy at most one byte more than there should be, and return the sha256 of what came."""
        digest, left = hashlib.sha256(), size + 1
        with self._asking(key, "read"):
            source = self._files.open(f"{self._root}/{key}", "rb")
        with source, writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                while left and (chunk := self._next(source, key, min(left, CHUNK_BYTES))):
                    digest.update(chunk)
                    file.write(chunk)
                    left -= len(chunk)
        return digest.hexdigest()

    def _next(self, source: BinaryIO, key: str, most: int) -> bytes:
        with self._asking(key, "read"):
            return source.read(most)

    @contextmanager
    def _asking(self, key: str, deed: str) -> Iterator[None]:
        """Let whatever the block raises come out as a ``StoreError`` that says where; every library has its own."""
        try:
            yield
        except (StoreError, Taken):
            raise
        except Exception as reason:
            if isinstance(reason, FileNotFoundError) and deed == "read":
                where = self.where(key)
                raise StoreError(
                    f"{where}: is not there. Run 'python -m core store sync' where it was made."
                ) from reason
            said = legible(masked(f"{type(reason).__name__}: {reason}"))
            raise Unreachable(
                f"{self.where(key)}: cannot be {deed} ({said}). Check that the store can be reached and that this "
                "machine may read and write there. What is in the workspace stays."
            ) from reason


@lru_cache(maxsize=4)
def open_store(url: str) -> ObjectStore:
    """Return the store at an address, one for each process."""
    return ObjectStore(url)


def _link_in(path: Path, content: bytes) -> None:
    """Let a file appear whole; a link, unlike a rename, fails where there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
