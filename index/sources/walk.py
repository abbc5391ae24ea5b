"""Which files do these paths hold, archives opened like folders?

No path that stands in an archive ever touches the file system: it names an article and nothing else.
"""

from __future__ import annotations

import io
import os
import re
import stat
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from index.errors import refuse_for_the_machine
from index.words import word_set

from .outcome import Entry, Skipped, UnreadableError, read_whole
from .unpack import BUFFER, DAMAGE, Meter, bare_name, compression_of, unpacked

MAX_PACKINGS = 2  # compressions around one file: `.gz` inside `.xz` and no deeper
MAX_ARCHIVES = 2  # an archive in an archive, and no deeper
JUNK = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
NO_ARTICLE_NAME = re.compile(r"(licen[cs]e|copying|notice)\b", re.IGNORECASE)
PROGRAM_SUFFIXES = word_set(
    "py pyc pyi js mjs ts jsx tsx css scss less java c h cc cpp hpp cs go rs rb php pl sh bash bat ps1 sql lock toml "
    "ini cfg conf log make cmake gradle properties map svg ipynb"
)
BY_MAGIC = (  # what people put beside their articles, by its first bytes
    (b"%PDF", "a PDF document: save its text first"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.doc, .xls): save it as text or HTML first"),
    (b"{\\rtf", "an RTF document: save it as text or HTML first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"SQLite format 3", "an SQLite database: export its table as CSV or JSONL first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
OFFICE_MEMBERS = {
    "[Content_Types].xml": "an Office document (.docx, .xlsx): save it as text or HTML first",
    "META-INF/container.xml": "an EPUB book: convert it to text or HTML first",
    "META-INF/manifest.xml": "an OpenDocument file: save it as text or HTML first",
}


def entries(path: Path, csv_map: Mapping[str, str] | None) -> Iterator[Entry | Skipped]:
    """The entries of one file or folder that exists, folders recursively, in the order of their names.

    An entry's stream is good until the next entry is asked for. Raises nothing for what cannot be read.
    """
    root = Path(os.path.abspath(path))  # noqa: PTH100 - without following links: the id keeps the name that was given
    if root.is_dir():
        for found in files_under(root):
            if isinstance(found, Skipped):
                yield found
            else:
                path_id = f"{root.name}/{found.relative_to(root).as_posix()}"
                yield from file_entries(found, path_id, csv_map, named=False)
    else:
        yield from file_entries(root, f"{root.parent.name}/{root.name}".lstrip("/"), csv_map, named=True)


def files_under(folder: Path) -> Iterator[Path | Skipped]:
    """Files of a folder before its folders, each sorted by name; hidden ones and junk are passed over in silence."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as found:
                names = sorted((one for one in found if not is_junk(one.name)), key=lambda one: one.name)
        except OSError as error:
            refuse_for_the_machine(error, here)
            yield Skipped(str(here), f"the folder cannot be listed: {error.strerror or error}", str(here))
            continue
        folders = []
        for one in names:
            if one.is_dir(follow_symlinks=False):
                if not is_index(here / one.name):
                    folders.append(here / one.name)
            elif one.is_symlink() and (here / one.name).is_dir():  # a link to itself is no folder, and no error
                yield Skipped(one.path, "a link to a folder: links are not followed; name the folder itself")
            elif one.is_symlink() and not _inside(one.path, folder):
                yield Skipped(one.path, "a link to a file outside of this folder: name the file itself")
            else:
                yield here / one.name
        waiting.extend(reversed(folders))


def _inside(path: str, folder: Path) -> bool:
    """Whether a link leads to something below a folder (or round and round)."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def is_index(folder: Path) -> bool:
    """Whether a folder is an index of ours, which often lies beside what it indexes."""
    return (folder / "LOCK").is_file() and any((folder / name).is_dir() for name in ("manifests", "generations"))


def is_junk(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or left behind by an operating system."""
    return name.startswith(".") or name in JUNK


def file_entries(path: Path, path_id: str, csv_map: Mapping[str, str] | None, named: bool) -> Iterator[Entry | Skipped]:
    """The entries of one file: itself, or the members if it is an archive. `named`: a person named this very file."""
    where = str(path)
    if not named and (reason := refused_name(path.name)):
        yield Skipped(where, reason, by_design=True)
        return
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            yield Skipped(where, "not a regular file (a pipe, a device or a socket)")
            return
        with path.open("rb", buffering=BUFFER) as stream:
            entry = Entry(path.name, path_id, where, where, stream, csv_map, stream)
            yield from opened(entry, Meter(status.st_size), 0)
    except OSError as error:
        refuse_for_the_machine(error, where)
        yield Skipped(where, f"cannot be read: {error.strerror or error}", where)


def refused_name(name: str) -> str | None:
    """Why a file with such a name is passed over unless a person names it; None if it is not."""
    if NO_ARTICLE_NAME.match(name):
        return "a licence, by its name"
    suffix = name.rpartition(".")[2].lower()
    if suffix in PROGRAM_SUFFIXES:
        return f"a program's file, by its name (.{suffix})"
    return None


def opened(entry: Entry, meter: Meter, depth: int) -> Iterator[Entry | Skipped]:
    """`entry` with its compressions undone, or its members if it is an archive at most `MAX_ARCHIVES` deep."""
    try:
        entry, head = peeled(entry, meter)
        reason = next((reason for magic, reason in BY_MAGIC if head.startswith(magic)), None)
        if reason:
            yield entry.refused(reason)
        elif is_zip := head.startswith((b"PK\x03\x04", b"PK\x05\x06")) or is_tar(head):
            if depth == MAX_ARCHIVES:
                yield entry.unreadable("an archive in an archive in an archive: unpack it first")
            elif is_zip and head.startswith(b"PK"):
                yield from zip_members(entry, meter, depth)
            else:
                yield from tar_members(entry, meter, depth)
        else:
            yield entry
    except UnreadableError as error:
        yield entry.unreadable(str(error))


def peeled(entry: Entry, meter: Meter) -> tuple[Entry, bytes]:
    """`entry` with its compressions undone, and the first bytes of what it holds."""
    stream = cast(io.BufferedReader, entry.stream)
    for packings in range(MAX_PACKINGS + 1):
        head = stream.peek(1024)
        compression = compression_of(head)
        if compression is None:
            return entry, head
        if packings < MAX_PACKINGS:
            stream = cast(io.BufferedReader, unpacked(stream, compression, meter))
            name = bare_name(entry.name, compression)
            entry = replace(entry, name=name, stream=stream)
    raise UnreadableError(f"compressed more than {MAX_PACKINGS} times over: unpack it first")


def is_tar(head: bytes) -> bool:
    """Whether a tar archive begins so (POSIX and GNU; the nameless format of before 1988 is not told)."""
    return head[257:262] == b"ustar"


def member_of(archive: Entry, name: str, stream: BinaryIO) -> Entry:
    """A member of `archive` as an entry."""
    peekable = cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, stream), BUFFER))
    mark = f"!{name}"
    last = PurePosixPath(name).name
    return replace(archive, name=last, path_id=archive.path_id + mark, where=archive.where + mark, stream=peekable)


def wanted_member(name: str) -> bool:
    """Whether an archive's member is worth a look: not hidden, not left behind by an operating system."""
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return bool(parts) and not any(is_junk(part) for part in parts)


def tar_members(archive: Entry, meter: Meter, depth: int) -> Iterator[Entry | Skipped]:
    """Members of a tar in the order they stand in, read once from front to end."""
    try:
        with tarfile.open(fileobj=archive.stream, mode="r|") as tar:
            for info in tar:
                if info.size > meter.left:  # tarfile would go there byte by byte
                    raise UnreadableError(f"the tar archive is damaged: a member of {info.size:,} bytes")
                if info.isdir() or not wanted_member(info.name):
                    continue
                where = f"{archive.where}!{info.name}"
                inner = tar.extractfile(info) if info.isreg() else None
                if inner is None:
                    yield Skipped(where, "not a regular file (a link, a pipe or a device)")
                elif reason := refused_name(PurePosixPath(info.name).name):
                    yield Skipped(where, reason, by_design=True)
                else:
                    stream = cast(BinaryIO, MemberStream(cast(BinaryIO, inner), None))
                    yield from opened(member_of(archive, info.name, stream), meter, depth + 1)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise UnreadableError(f"the tar archive is damaged: {error}") from error


def zip_members(archive: Entry, meter: Meter, depth: int) -> Iterator[Entry | Skipped]:
    """Members of a zip, files of a folder before its folders."""
    on_disk = isinstance(getattr(archive.stream, "raw", None), io.FileIO)  # a packed stream cannot be read backwards
    seekable: BinaryIO = archive.stream if on_disk else io.BytesIO(read_whole(archive))
    try:
        with zipfile.ZipFile(seekable) as pack:
            infos = pack.infolist()
            office = next((OFFICE_MEMBERS[one.filename] for one in infos if one.filename in OFFICE_MEMBERS), None)
            if office:
                yield archive.refused(office)
                return
            for name, info in sorted(
                ((member_name(one), one) for one in infos), key=lambda pair: reading_order(pair[0])
            ):
                if not info.is_dir() and wanted_member(name):
                    yield from zip_member(archive, pack, info, name, meter, depth)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"the zip archive is damaged: {error}") from error


def zip_member(
    archive: Entry, pack: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, meter: Meter, depth: int
) -> Iterator[Entry | Skipped]:
    """One member of a zip; what is wrong with it does not cost the others."""
    where = f"{archive.where}!{name}"
    if reason := refused_name(PurePosixPath(name).name):
        yield Skipped(where, reason, by_design=True)
    elif info.flag_bits & 1:
        yield Skipped(where, "encrypted: unpack it with its password first", archive.origin)
    else:
        try:
            with pack.open(info) as inner:
                stream = cast(BinaryIO, MemberStream(cast(BinaryIO, inner), meter))
                yield from opened(member_of(archive, name, stream), meter, depth + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            yield Skipped(where, f"the member is damaged or packed in an unknown way: {error}", archive.origin)


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; Russian Windows writes names in cp866 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp866")


def reading_order(name: str) -> list[tuple[int, str]]:
    """A sort key: files before folders, so that a table of titles comes before the texts it tells of."""
    *folders, last = name.split("/")
    return [*((1, folder) for folder in folders), (0, last)]


class MemberStream(io.RawIOBase):
    """A member of an archive; damage becomes `UnreadableError`.

    `meter` counts what `zipfile` unpacks by itself. A tar unpacks nothing: what it holds was counted on its way here.
    """

    def __init__(self, inner: BinaryIO, meter: Meter | None) -> None:
        self.inner, self.meter = inner, meter

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as the member reaches."""
        filled = 0
        try:
            while filled < len(buffer):
                piece = self.inner.read(min(len(buffer) - filled, 1 << 16))
                if not piece:
                    break
                buffer[filled : filled + len(piece)] = piece
                filled += len(piece)
        except (*DAMAGE, ValueError, zipfile.BadZipFile, tarfile.TarError, NotImplementedError) as error:
            raise UnreadableError(f"the member is damaged: {error}") from error
        if self.meter is not None:
            self.meter.count(filled)
        return filled
