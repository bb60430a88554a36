"""Writes a review down: one entry more in the file of its reviewer, or a first one. Nothing is ever overwritten.

The folder `reviews/` is locked while an entry is added, and a file is replaced by a longer one in a single step, so
that whoever writes at the same time loses nothing and whoever reads sees a whole file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

from engine.errors import Findings, Location, Problem, Refused
from engine.fields import Fields
from engine.loading.files import ENDINGS, shown
from engine.loading.reviews import ReviewReader
from engine.model.review import Review
from engine.reading import Mapping, read_text
from rulewright.authoring.writing import locked, write_whole

FOLDER = "reviews"


def record(root: Path, review: Review, dry_run: bool = False) -> tuple[Path, Review]:
    """Add a review to the knowledge base in a folder; returns the file, and the review as it stands there.

    A reviewer who has a file keeps it, and the name as it is written there. Raises `Refused` where the same review is
    recorded already, where the file does not end with its list of reviews, and where it cannot be written.
    """
    folder = root / FOLDER
    try:
        if dry_run:
            path, review, _, _ = _prepared(folder, review)
            return path, review
        folder.mkdir(exist_ok=True)
        with locked(folder):
            path, review, before, after = _prepared(folder, review)
            write_whole(path, before, after)
    except OSError as error:
        place = Location(shown(Path(error.filename or folder)))
        message = f"the review cannot be written ({error.strerror or error})"
        raise Refused([Problem(place, "unwritable", message, "a folder that can be written to")]) from None
    return path, review


def _prepared(folder: Path, review: Review) -> tuple[Path, Review, bytes | None, bytes]:
    """The file of the reviewer, what it holds now (None: there is none), and what it will hold."""
    path, name = _file_of(folder, review.by)
    review = Review(review.of, name, review.verdict, review.on, review.digest, review.note)
    before = path.read_bytes() if path.exists() else None
    old = before.decode("utf-8-sig") if before is not None else ""
    head = old if old.endswith("\n") or not old else old + "\n"
    after = (head or f"reviewer: {_quoted(name)}\nreviews:\n") + entry_text(review)
    known = _reviews(old, path) if before is not None else []
    if review in known:
        message = f"this review of `{review.of}` is recorded already"
        raise Refused([Problem(Location(shown(path)), "duplicate-item", message, "each review once")])
    try:
        appended = _reviews(after, path) == [*known, review]
    except Refused:
        appended = False
    if not appended:
        message = "an entry cannot be added at the end of this file"
        expected = "a file that ends with its list `reviews`, an entry a dash at the third column"
        raise Refused([Problem(Location(shown(path)), "not-appendable", message, expected)])
    return path, review, before, after.encode()


def entry_text(review: Review) -> str:
    """An entry as it is written, ready to follow others."""
    return (
        f"  - of: {_quoted(str(review.of))}\n"
        f"    verdict: {review.verdict}\n"
        f"    date: {review.on.isoformat()}\n"
        f"    digest: {_quoted(review.digest)}\n"
        f"    note: {_quoted(review.note)}\n"
    )


def _quoted(text: str) -> str:
    """A text between double quotes: JSON's are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _file_of(folder: Path, reviewer: str) -> tuple[Path, str]:
    """The file of a reviewer and the name that it gives, else a new file that has the name."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.suffix in ENDINGS and path.is_file():
            node = read_text(path.read_text(encoding="utf-8-sig"), shown(path), Findings())
            named = Fields(node, "reviews", Findings()).words("reviewer") if isinstance(node, Mapping) else ""
            if named.casefold() == reviewer.casefold():
                return path, named
    plain = unicodedata.normalize("NFKD", reviewer).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "reviewer"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    return next(folder / f"{name}.yaml" for name in names if not (folder / f"{name}.yaml").exists()), reviewer


def _reviews(text: str, path: Path) -> list[Review]:
    """The entries of a file; raises `Refused` with what is wrong with it."""
    findings = Findings()
    reader = ReviewReader(findings)
    node = read_text(text, shown(path), findings)
    if isinstance(node, Mapping):
        reader.read(node)
    findings.refuse_if_any()
    return reader.reviews
