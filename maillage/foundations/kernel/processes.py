"""The PostgreSQL processes of a machine, told by the folder they work in: pids and files lie, the kernel does not."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pwd
    from collections.abc import Iterator

# Backends notice by themselves that their postmaster died; then they are asked, then they are made to.
ORDERS = ((None, 2), (signal.SIGTERM, 5), (signal.SIGKILL, 5))


def postgres_in(folder: Path, account: pwd.struct_passwd | None) -> list[int]:
    """Return the pids of the live PostgreSQL processes that work in `folder`, run by `account` or else by us."""
    found = []
    with _acting_as(account):  # a container's root may not look into the processes of others
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended, or is a zombie, which works nowhere
                here = os.readlink(process / "cwd") == str(folder)
                if here and (process / "comm").read_text() == "postgres\n":
                    found.append(int(process.name))
    return found


def end_postgres_in(folder: Path, account: pwd.struct_passwd | None) -> list[int]:
    """Wait for these processes to end, or end them; return those that are left."""
    for order, seconds in ORDERS:
        for pid in postgres_in(folder, account) if order else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, order or 0)
        end = time.monotonic() + seconds
        while (left := postgres_in(folder, account)) and time.monotonic() < end:
            time.sleep(0.05)
        if not left:
            break
    return left


@contextlib.contextmanager
def _acting_as(account: pwd.struct_passwd | None) -> Iterator[None]:
    if account is None:
        yield
        return
    uid, gid = os.geteuid(), os.getegid()
    os.setegid(account.pw_gid)
    os.seteuid(account.pw_uid)
    try:
        yield
    finally:
        os.seteuid(uid)
        os.setegid(gid)
