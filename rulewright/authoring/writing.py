"""Files that authors keep by hand are written whole or not at all, and never over what somebody wrote meanwhile."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else who locks the folder writes in it meanwhile (on a system whose folders can be locked)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_whole(path: Path, before: bytes | None, after: bytes) -> None:
    """Put a whole file in the place of what was read (None: of nothing), if that still stands there.

    Raises `OSError` where it does not, or where the file cannot be written; then nothing was changed. A file that may
    only be read is none that can be written, though its folder would let another take its place.
    """
    if before is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    whole = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        if before is None:
            whole.chmod(0o666 & ~_umask())
            os.link(whole, path)  # fails where somebody made the file meanwhile
        else:
            whole.chmod(path.stat().st_mode & 0o777)
            if path.read_bytes() != before:
                raise OSError(None, "the file was changed meanwhile", str(path))
            whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)


def _umask() -> int:
    known = os.umask(0)
    os.umask(known)
    return known
