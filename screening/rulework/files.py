"""The four rule files as texts: read from an upload, packed for a download, never changed on the way."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

# Field of RuleVersion -> file.
FILES: Final[dict[str, str]] = {
    "rules_csv": "rules.csv",
    "extra_json": "rules_extra.json",
    "screen_json": "screen.json",
    "golden_json": "golden_cases.json",
}
FIELDS: Final[dict[str, str]] = {name: field for field, name in FILES.items()}
# The packaged files are 50 kB at most; a table twenty times as long is no table that anybody has read.
MOST_BYTES: Final = 1024 * 1024
MOST_ENTRIES: Final = 20
# “rules (1).csv” is what a browser makes of a second download.
_NAME: Final = re.compile(r"(?P<stem>rules|rules_extra|screen|golden_cases)(?: ?\(\d+\))?\.(?P<kind>csv|json)")
_BOM: Final = "\ufeff"


class UploadError(ValueError):
    """An upload that cannot be used; `problems` says why, in sentences."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The text of the four files of one version."""

    rules_csv: str
    extra_json: str
    screen_json: str
    golden_json: str

    @classmethod
    def of(cls, version: Any) -> "RuleFiles":
        """Return the files of a RuleVersion."""
        return cls(**{field: getattr(version, field) for field in FILES})

    @property
    def texts(self) -> dict[str, str]:
        return {field: getattr(self, field) for field in FILES}

    @property
    def checksum(self) -> str:
        return checksum(self.texts)


def checksum(texts: Mapping[str, str]) -> str:
    """Return the SHA-256 that names this very wording of the four files."""
    whole = json.dumps([texts[field] for field in FILES], ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()


def packed(files: RuleFiles) -> bytes:
    """Return a zip of the four files; the same files always give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for field, text in files.texts.items():
            # The date of every archive is the same: it would otherwise be the only thing that differs.
            archive.writestr(zipfile.ZipInfo(FILES[field], date_time=(1980, 1, 1, 0, 0, 0)), text.encode())
    return out.getvalue()


def with_uploads(base: RuleFiles, uploads: Iterable[tuple[str, bytes]]) -> RuleFiles:
    """Return the base with the uploaded files in place of its own. Raises UploadError, with every fault found.

    An upload is (name, content): one of the four files by its name, or a zip of them. What is missing stays the base's.
    """
    problems: list[str] = []
    found: dict[str, str] = {}
    for name, data in _unpacked(uploads, problems):
        field = field_of(name)
        if field is None:
            problems.append(f"“{_shown(name)}” is none of {', '.join(FILES.values())}, nor a zip of them.")
        elif field in found:
            problems.append(f"{FILES[field]} is there twice.")
        else:
            found[field] = _text(FILES[field], data, problems)
    if not problems and not found:
        problems.append("Choose at least one file.")
    if problems:
        raise UploadError(problems)
    return replace(base, **found)


def field_of(name: str) -> str | None:
    """Return which of the four files a name means."""
    known = _NAME.fullmatch(name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1])
    return FIELDS.get(f"{known['stem']}.{known['kind']}") if known else None


def too_big(name: str) -> str:
    return f"“{_shown(name)}” is larger than {MOST_BYTES // 1024 // 1024} MB."


def _unpacked(uploads: Iterable[tuple[str, bytes]], problems: list[str]) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for name, data in uploads:
        if len(data) > MOST_BYTES:
            problems.append(too_big(name))
        elif name.lower().endswith(".zip"):
            found += _from_zip(name, data, problems)
        else:
            found.append((name, data))
    return found


def _from_zip(name: str, data: bytes, problems: list[str]) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and "__MACOSX" not in entry.filename]
            if len(entries) > MOST_ENTRIES:
                problems.append(f"“{_shown(name)}” holds {len(entries)} files instead of four.")
                return []
            for entry in entries:
                with archive.open(entry) as file:
                    # What the archive says about a size is not believed: no more than allowed is ever unpacked.
                    content = file.read(MOST_BYTES + 1)
                if len(content) > MOST_BYTES:
                    problems.append(too_big(entry.filename))
                else:
                    found.append((entry.filename, content))
    except Exception as error:  # encrypted, cut off, an unknown method: zipfile and zlib say it in many ways
        problems.append(f"“{_shown(name)}” cannot be unpacked ({type(error).__name__}).")
        return []
    if not found and not problems:
        problems.append(f"“{_shown(name)}” holds no files.")
    return found


def _text(name: str, data: bytes, problems: list[str]) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        problems.append(f"{name} is not UTF-8: byte {error.start + 1} is no part of a letter. Save it as UTF-8.")
        return ""
    if text.startswith(_BOM):
        problems.append(f"{name} begins with a byte order mark. Save it as “UTF-8” instead of “UTF-8 with BOM”.")
    if "\x00" in text:
        problems.append(f"{name} holds a NUL character.")
    if not text.strip():
        problems.append(f"{name} is empty.")
    return text


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:60]
