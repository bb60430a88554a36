"""Files of a git repository as they were committed, read through git itself; nothing in the repository is changed."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import Location, Problem, Refused

ORDINARY = ("100644", "100755")
"""The modes of ordinary files; links and other repositories are not followed."""


@dataclass(frozen=True)
class Repository:
    """A repository, by the folder at its top; ``named`` is what the user asked for, for problems."""

    top: Path
    named: str

    @classmethod
    def around(cls, folder: Path, named: str) -> Repository:
        """The repository that holds a folder; raises `Refused` where there is none, or no git."""
        done = _git(folder if folder.is_dir() else Path.cwd(), "rev-parse", "--show-toplevel", named=named)
        if done.returncode:
            message = f"there is no folder {named}, and {folder.resolve()} is in no git repository"
            raise _refused(named, "no-such-version", message)
        return cls(Path(done.stdout.decode().strip()), named)

    def commit(self, revision: str) -> str:
        """The commit that a revision names."""
        done = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if done.returncode:
            message = f"there is no folder {self.named}, and git knows no revision `{revision}`"
            raise _refused(self.named, "no-such-version", message)
        return done.stdout.decode().strip()

    def inner(self, folder: Path) -> str:
        """A folder of the repository as git names it: relative to the top."""
        try:
            return folder.resolve().relative_to(self.top.resolve()).as_posix().removeprefix(".")
        except ValueError:
            message = f"{folder} is not in the repository {self.top}"
            raise _refused(self.named, "no-such-version", message) from None

    def is_edited(self, inner: str) -> bool:
        """Whether the working folder has edits below a path that were not committed, new files among them."""
        return bool(self.git("status", "--porcelain", "--", inner or ".").stdout.strip())

    def extract(self, commit: str, inner: str, folder: Path, named: str) -> None:
        """Write the files below a path, as they were committed, to a folder."""
        wanted = PurePosixPath(inner)
        listed = self.git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *([f"{wanted}/"] if inner else []))
        entries = [entry.partition("\t") for entry in listed.stdout.decode().split("\0") if entry]
        files = [(meta.split()[2], path) for meta, _, path in entries if meta.split()[0] in ORDINARY]
        if not files:
            message = f"`{named.partition(':')[0]}` has no folder `{inner}`"
            raise _refused(named, "no-such-version", message)
        for path, content in zip((path for _, path in files), self.contents([id_ for id_, _ in files]), strict=True):
            target = folder / PurePosixPath(path).relative_to(wanted)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def contents(self, ids: list[str]) -> list[bytes]:
        """What the objects of these ids hold."""
        done = self.git("cat-file", "--batch", given="".join(f"{id_}\n" for id_ in ids).encode())
        found, at = [], 0
        for _ in ids:
            end = done.stdout.index(b"\n", at)
            size = int(done.stdout[at:end].split()[2])
            found.append(done.stdout[end + 1 : end + 1 + size])
            at = end + 1 + size + 1
        return found

    def git(self, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git at the top of the repository."""
        return _git(self.top, *words, named=self.named, given=given)


def _git(folder: Path, *words: str, named: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(folder), *words], input=given, capture_output=True, check=False)
    except FileNotFoundError:
        message = f"there is no folder {named}, and git is not installed, which would know of a revision of that name"
        raise Refused(
            [Problem(Location(named), "missing-program", message, "a folder, or git (Debian: apt install git)")]
        ) from None


def _refused(named: str, code: str, message: str) -> Refused:
    expected = "a folder, or a revision such as `main`, `HEAD~1` or `v1.2:kb`"
    return Refused([Problem(Location(named), code, message, expected)])
