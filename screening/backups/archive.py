"""The file of a backup: a tar with a manifest in front, which names each part with its size and SHA-256.

The manifest is sealed with the vault's master key: whoever has the keys sees whether it was changed, and whether the
keys are those of this backup, before anything else is touched.
"""

import errno
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from massage_booking.core import sealing

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.seal"
KEYS: Final = "keys.sealed"
ERASURES: Final = "erasures"
PARTS: Final = frozenset({KEYS, ERASURES, "database.sqlite3", "database.dump"})
PURPOSE: Final = "backup"
CHUNK: Final = 1024 * 1024
MOST_MANIFEST: Final = 16 * CHUNK
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
LEFT_BEHIND: Final = 24 * 3600  # seconds; no backup takes that long


class BackupRefused(Exception):
    """A backup cannot be made or restored as asked; says why in a sentence."""


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and the SHA-256 of all of them."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: which engine, when, which migrations (`app.name`), each table's sum, each part's digest."""

    engine: str
    made_at: str
    migrations: tuple[str, ...]
    tables: Mapping[str, TableSum]
    parts: Mapping[str, str]
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def sweep(folder: Path, *names: str, now: datetime) -> None:
    """Delete what a run that was killed has left in a folder for a day or more: it holds the database in clear."""
    for left in (found for name in names for found in folder.glob(name)):
        if now.timestamp() - left.lstat().st_mtime < LEFT_BEHIND:
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)


def sha256_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as handle:
        while chunk := handle.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write(target: Path, manifest: Manifest, folder: Path) -> None:
    """Put the parts that lie in a folder into one file that only its owner may read; it appears when it is whole.

    Raises BackupRefused when the file exists already, OSError.
    """
    if target.exists():
        raise BackupRefused(f"{target} exists already. Name another file.")
    content = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            with tarfile.open(fileobj=handle, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, MANIFEST, content)
                _add(tar, SEAL, sealing.seal(hashlib.sha256(content).digest(), purpose=PURPOSE))
                for name in sorted(manifest.parts):
                    tar.add(folder / name, arcname=name, filter=_nobodys)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def _nobodys(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Keep owner and mode of this machine out of the archive."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    return info


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup whose parts lie in a folder, each with the digest that the manifest names."""

    manifest: Manifest
    folder: Path
    seal: bytes
    sealed_digest: bytes

    def part(self, name: str) -> Path | None:
        return self.folder / name if name in self.manifest.parts else None

    @property
    def database(self) -> Path:
        name = next(name for name in self.manifest.parts if name.startswith("database."))
        return self.folder / name

    def is_sealed_with_our_keys(self) -> bool:
        """Tell whether the keys in force are the backup's. Raises BackupRefused for a manifest that was changed."""
        try:
            found = sealing.unseal(self.seal, purpose=PURPOSE)
        except sealing.SealBroken:
            return False
        if found != self.sealed_digest:
            raise BackupRefused("The backup was changed after it was made: its list of contents is another one.")
        return True


def read(file: Path, folder: Path) -> Opened:
    """Take a backup apart into a folder and compare each part with the manifest. Raises BackupRefused."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            content = _content_of(tar, MANIFEST)
            seal = _content_of(tar, SEAL)
            manifest = _manifest_from(content)
            for name, digest in manifest.parts.items():
                if name not in PARTS:
                    raise BackupRefused(f"The backup holds something unknown: {name}.")
                _copy_out(tar, name, folder / name)
                if sha256_of(folder / name) != digest:
                    raise BackupRefused(f"The backup is damaged: {name} is not what it was.")
    except FileNotFoundError:
        raise BackupRefused(f"There is no file {file}.") from None
    except (tarfile.TarError, EOFError, OSError) as error:
        if getattr(error, "errno", None) in NO_ROOM:
            raise BackupRefused(f"There is no room in {folder.parent} to take the backup apart.") from None
        raise BackupRefused(f"{file} is not a whole backup ({type(error).__name__}).") from None
    return Opened(manifest, folder, seal, hashlib.sha256(content).digest())


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.getmember(name)
    except KeyError:
        raise BackupRefused(f"The backup lacks {name}.") from None
    stream = tar.extractfile(found) if found.isreg() else None
    if stream is None:
        raise BackupRefused(f"The backup is damaged: {name} is no file.")
    return stream


def _content_of(tar: tarfile.TarFile, name: str) -> bytes:
    return _member(tar, name).read(MOST_MANIFEST)


def _copy_out(tar: tarfile.TarFile, name: str, target: Path) -> None:
    stream = _member(tar, name)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        while chunk := stream.read(CHUNK):
            handle.write(chunk)


def _manifest_from(content: bytes) -> Manifest:
    try:
        value: dict[str, Any] = json.loads(content)
        if value["format"] != FORMAT:
            raise BackupRefused("The backup was made by a newer version of the software: install that one first.")
        return Manifest(
            engine=value["engine"],
            made_at=value["made_at"],
            migrations=tuple(value["migrations"]),
            tables={name: TableSum(**table) for name, table in value["tables"].items()},
            parts=value["parts"],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupRefused("The backup is damaged: its list of contents cannot be read.") from None
