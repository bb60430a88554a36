"""The canonical form of whole files: all of them are read before the first is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SAVE_AS_UTF8, Findings, Location, Problem, Refused
from engine.loading.files import ENDINGS, Files, shown
from rulewright.authoring.form.form import in_form
from rulewright.authoring.writing import write_whole


@dataclass(frozen=True, slots=True)
class Formed:
    """A file as it stands, and the text of its canonical form."""

    path: Path
    before: bytes
    text: str

    @property
    def changes(self) -> bool:
        """Whether the file is not in its canonical form."""
        return self.before != self.text.encode()

    @property
    def written(self) -> str:
        """The text as it stands."""
        return self.before.decode("utf-8-sig")


def formed(paths: Iterable[Path]) -> list[Formed]:
    """The files at some paths (of a folder: every YAML file below it), each once, with their canonical forms.

    Raises `Refused` with every problem of every file that cannot be read, or has no canonical form.
    """
    findings = Findings()
    found: dict[Path, Formed] = {}
    for path in _yaml_files(paths, findings):
        try:
            before = path.read_bytes()
            found.setdefault(path.resolve(), Formed(path, before, in_form(before.decode("utf-8-sig"), shown(path))))
        except Refused as refused:
            findings.problems.extend(refused.problems)
        except UnicodeDecodeError:
            message = f"{shown(path)} is not UTF-8 text"
            findings.add("not-utf8", Location(shown(path)), message, "UTF-8 text", SAVE_AS_UTF8)
        except OSError as error:
            message = f"{shown(path)} cannot be read ({error.strerror})"
            findings.add("unreadable", Location(shown(path)), message, "a file or folder that can be read")
    findings.refuse_if_any()
    return list(found.values())


def write(files: Iterable[Formed]) -> list[Formed]:
    """Write the files that are not in their canonical form, each whole, and return them.

    Raises `Refused` at the first that cannot be written, or was changed since it was read.
    """
    done = []
    for file in files:
        if not file.changes:
            continue
        try:
            write_whole(file.path.resolve(), file.before, file.text.encode())
        except OSError as error:
            message = f"{shown(file.path)} cannot be written ({error.strerror or error})"
            place = Location(shown(file.path))
            raise Refused([Problem(place, "unwritable", message, "a file that can be written to")]) from None
        done.append(file)
    return done


def _yaml_files(paths: Iterable[Path], findings: Findings) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            below = Files(path, findings).below(path, path.name, frozenset())
            yield from (Path(str(entry)) for entry in below if entry.name.endswith(ENDINGS))
        elif path.exists() and path.suffix not in ENDINGS:
            message = f"{shown(path)} is no file of a knowledge base"
            findings.add("unreadable", Location(shown(path)), message, "a file that ends in .yaml or .yml, or a folder")
        else:
            yield path
