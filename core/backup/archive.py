"""The file itself: a compressed tar of the database, the pictures and, at its very end, a manifest that says what
belongs in it. An archive that was cut off has none, so half a backup is never taken for a whole one."""

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from core.backup.refusals import Refused

FORMAT, VERSION = "footlight-backup", 1
MANIFEST, DATABASE, MEDIA = "manifest.json", "database", "media"
NEEDED = {"taken_at", "engine", "migrations", "files"}
BROKEN = (tarfile.TarError, EOFError, zlib.error, OSError, UnicodeDecodeError)


class Writer:
    """With `with`: the file stands under its name only when it is whole, and for nobody but its owner to read."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")
        self.files: dict[str, dict] = {}

    def __enter__(self) -> "Writer":
        self._file = os.fdopen(os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w:gz", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        try:
            self._tar.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if kind is None:
                self.part.rename(self.path)
        finally:
            self.part.unlink(missing_ok=True)

    def add(self, name: str, source: Path) -> None:
        """Read from one open file, so that what is hashed is what is kept."""
        with source.open("rb") as file:
            entry = self._tar.gettarinfo(arcname=name, fileobj=file)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            self.files[name] = {"size": entry.size, "sha256": _digest(file)}
            file.seek(0)
            self._tar.addfile(entry, file)

    def add_folder(self, folder: Path) -> None:
        """What is not in yet. What goes meanwhile was replaced by something that is there."""
        for source in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
            name = str(PurePosixPath(MEDIA, *source.relative_to(folder).parts))
            if name not in self.files:
                try:
                    self.add(name, source)
                except FileNotFoundError:
                    continue

    def finish(self, facts: dict, scratch: Path) -> None:
        text = {"format": FORMAT, "version": VERSION, **facts, "files": self.files}
        page = scratch / MANIFEST
        page.write_text(json.dumps(text, indent=1), encoding="utf-8")
        self.add(MANIFEST, page)


def unpack(path: Path, into: Path) -> dict:
    """Answers the manifest; what is in `into` then is whole and unchanged. Raises Refused."""
    try:
        with gzip.open(path) as stream, tarfile.open(fileobj=stream, mode="r:") as tar:
            for entry in _entries(tar):
                target = into / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with tar.extractfile(entry) as source, target.open("xb") as file:
                    shutil.copyfileobj(source, file)
            while stream.read(2**20):  # to its end, where its own sum stands
                pass
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.") from None
    except BROKEN as error:
        raise Refused(f"{path} is damaged, cut off, or no backup at all ({error or type(error).__name__}).") from error
    manifest = _manifest(path, into)
    _compare(path, into, manifest["files"])
    return manifest


def _entries(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for entry in tar:
        name = PurePosixPath(entry.name)
        known = entry.name in (MANIFEST, DATABASE) or name.parts[:1] == (MEDIA,)
        if not (known and entry.isfile()) or name.is_absolute() or ".." in name.parts:
            raise Refused(f"It holds {entry.name}, which is in no backup of Footlight.")
        yield entry


def _manifest(path: Path, folder: Path) -> dict:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(f"{path} has no manifest: it was cut off, or is no backup of Footlight.") from None
    except ValueError:
        raise Refused(f"The manifest of {path} is damaged.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Refused(f"{path} is no backup of Footlight.")
    if manifest.get("version") != VERSION:
        raise Refused(f"{path} was made by a newer Footlight (format {manifest.get('version')}).")
    if not manifest.keys() >= NEEDED:
        raise Refused(f"The manifest of {path} is damaged.")
    return manifest


def _compare(path: Path, folder: Path, files: dict[str, dict]) -> None:
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()} - {MANIFEST}
    if there != set(files):
        odd = sorted(there ^ set(files))[0]
        raise Refused(f"{path} does not hold what its manifest says: {odd}.")
    for name, facts in files.items():
        with (folder / name).open("rb") as file:
            if _digest(file) != facts["sha256"]:
                raise Refused(f"{path} is damaged: {name} is not what was put in.")


def _digest(file) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
