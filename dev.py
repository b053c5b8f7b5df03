"""The one door for people who develop QJira: prepares this working copy, then does what was asked.

Standard library only, since it runs before anything is installed; and nothing that an old Python
cannot parse, so that it gets a sentence and no traceback.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "qjira-locks.json"
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "dev")}

USAGE = """python3 dev.py VERB

  demo              the program on practice data (further arguments go to main.py)
  test [ARGUMENTS]  the tests (arguments go to pytest)
  check             ruff, formatting, mypy and the import contracts, and which of them failed
  tour [DIR]        the whole main job in the real window, a picture a step, into build/tour
  bench             measured against peers and floors
  build             the program that needs no Python, into dist/, then run from an empty place
  lock [--upgrade]  writes requirements/*.txt anew from pyproject.toml

The first time a verb prepares what it needs: .venv, locked packages, the libraries of Qt."""
#: What Qt loads, and the Debian package that has it.
QT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",  # renamed …-0t64 later; apt finds that by this name too
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
#: On top of those for a window on an X server, where Qt aborts without them.
QT_ON_X = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


class TroubleError(Exception):
    """A sentence for the person at the terminal: what is wrong, and what to do."""


# The verbs


def demo(rest: list[str]) -> int:
    prepare("run", QT | QT_ON_X if os.environ.get("DISPLAY") else QT)
    return become("main.py", "--demo", *rest)


def test(rest: list[str]) -> int:
    prepare("dev", QT)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # A long proof takes minutes; any other test that does so hangs.
    patient = ["-o", "faulthandler_timeout=0"] if "soak" in rest else []
    return become("-m", "pytest", *patient, *rest)


def tour(rest: list[str]) -> int:
    prepare("run", QT)
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return become("main.py", "--tour", *(rest or [str(ROOT / "build" / "tour")]))


def bench(rest: list[str]) -> int:
    prepare("dev", QT)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return become("-m", "bench", *rest)


def check(rest: list[str]) -> int:
    prepare("dev")
    # By import, not its script: a script's first line is a path, wrong once the folder has moved.
    contracts = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    steps = {
        "ruff": ["-m", "ruff", "check", "."],
        "format": ["-m", "ruff", "format", "--check", "."],
        "mypy": ["-m", "mypy"],
        "import contracts": ["-c", contracts, "--no-logo"],
    }
    failed = []
    for name, step in steps.items():
        print(f"== {name}", flush=True)
        if python(*step):
            failed.append(name)
    print(f"check: {' and '.join(failed)} failed" if failed else "check: all clean", flush=True)
    return 1 if failed else 0


def lock(rest: list[str]) -> int:
    prepare("dev")
    # Hashes make the lock; an address in it would tie it to one network.
    command = "-m uv pip compile pyproject.toml --universal --python-version 3.11 --quiet"
    command += " --generate-hashes --no-emit-index-url --no-emit-find-links"
    both = "--group dev --group build --constraints requirements/run.txt"
    for file, more in {"requirements/run.txt": "", "requirements/dev.txt": both}.items():
        made_by = ["--custom-compile-command", "python3 dev.py lock"]
        if python(*command.split(), *made_by, *more.split(), *rest, "--output-file", file):
            raise TroubleError(f"{file} was left as it was; uv said why above.")
        print(f"wrote {file}")
    return 0


def build(rest: list[str]) -> int:
    prepare("dev", QT | QT_ON_X)  # PyInstaller packs what is here: without it, no window on X
    if sys.platform == "linux":
        prepare_for_pyinstaller()
    started = time.monotonic()
    command = "-m PyInstaller pyinstaller.spec --noconfirm --log-level WARN"
    command += " --distpath dist --workpath build/pyinstaller"
    if python(*command.split(), *rest):
        raise TroubleError("PyInstaller failed; what it said stands above.")
    program = ROOT / "dist" / "qjira"
    size = sum(file.lstat().st_size for file in program.rglob("*") if not file.is_dir()) / 1e6
    print(f"built dist/qjira in {time.monotonic() - started:.0f} s, {size:.0f} MB", flush=True)
    return prove(program)


def prove(program: Path) -> int:
    """Runs the frozen program where neither the source, the environment nor a home can help it."""
    import tempfile  # 10 ms that only this verb should cost

    with tempfile.TemporaryDirectory(prefix="qjira-frozen-") as name:
        place = Path(name).resolve()
        shutil.copytree(program, place / "qjira", symlinks=True)
        # Windows starts no process without the first three.
        kept = ("SYSTEMROOT", "WINDIR", "COMSPEC", "LANG", "TMPDIR", "TEMP", "TMP")
        environment = {key: os.environ[key] for key in kept if key in os.environ}
        environment |= dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"), name)
        environment |= {"QT_QPA_PLATFORM": "offscreen", "PATH": os.defpath}
        frozen = str(place / "qjira" / ("qjira.exe" if os.name == "nt" else "qjira"))
        for arguments in (["--smoke-test"], ["--tour", str(place / "tour")]):
            started = time.monotonic()
            code = subprocess.call([frozen, *arguments], cwd=place, env=environment)
            took = f"{time.monotonic() - started:.2f} s"
            if code:
                raise TroubleError(f"frozen {arguments[0]} ended with {code} after {took}.")
            print(f"frozen {arguments[0]}: passed in {took}", flush=True)
        pictures = ROOT / "build" / "tour-frozen"
        shutil.rmtree(pictures, ignore_errors=True)
        shutil.copytree(place / "tour", pictures)
    return 0


# What they need


def prepare(name: str, libraries: dict[str, str] | None = None) -> None:
    """Brings .venv to the lock of this name; once it is there, takes no time and no network."""
    if sys.platform == "linux":
        provide(libraries or {})
    digests = {lock: hashlib.sha256(path.read_bytes()).hexdigest() for lock, path in LOCKS.items()}
    with contextlib.suppress(OSError, ValueError, KeyError):
        stamp = json.loads(STAMP.read_text("utf-8"))
        # A system whose Python moved on leaves an environment that looks whole, imports nothing.
        if stamp["python"] == str(PYTHON.resolve()) and stamp[name] == digests[name]:
            return
    STAMP.unlink(missing_ok=True)
    works = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    if not PYTHON.exists() or python("-c", works, quiet=True):
        make_environment()
    install(LOCKS[name])
    # The development lock holds all of the other, at the same versions.
    done = digests if name == "dev" else {name: digests[name]}
    STAMP.write_text(json.dumps({"python": str(PYTHON.resolve()), **done}), "utf-8")


def make_environment() -> None:
    print("making .venv", flush=True)
    made = output([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode:
        raise TroubleError(f"no .venv could be made:\n{made.stdout}")


def install(lock: Path) -> None:
    shown = lock.relative_to(ROOT).as_posix()
    print(f"installing {shown} into .venv: once, a minute or two, over the network", flush=True)
    # What is locked and nothing else; wheels only, so no package's code runs while it is installed.
    flags = "--require-hashes --no-deps --only-binary :all: --no-input --quiet"
    pip = output([str(PYTHON), "-m", "pip", "install", *flags.split(), "-r", str(lock)])
    if not pip.returncode:
        return
    advice = "pip could not install it; once that is mended, run this again."
    if "DO NOT MATCH THE HASHES" in pip.stdout:
        advice = "a package is not the one that was locked, so nothing was installed."
    elif "No space left" in pip.stdout:
        advice = "the disk is full: free 1 GB and run this again."
    elif any(sign in pip.stdout for sign in ("NewConnection", "resol", "timed out", "Proxy")):
        advice = "no way to the package index: check network or proxy, and run this again."
    said = [line for line in pip.stdout.splitlines() if "Retrying" not in line]
    raise TroubleError("\n  ".join([advice, *said[-6:]]))


def provide(libraries: dict[str, str]) -> None:
    missing = [package for library, package in libraries.items() if not loads(library)]
    # Debian keeps a part of Python's venv in a package of its own.
    if not PYTHON.exists() and not importlib.util.find_spec("ensurepip"):
        missing.append(f"python3.{sys.version_info[1]}-venv")
    if missing:
        apt_install(missing, "this system lacks some of what Qt and Python need")
    still = [library for library in libraries if missing and not loads(library)]
    if still:
        raise TroubleError(f"{' and '.join(still)} cannot be loaded even now.")


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def prepare_for_pyinstaller() -> None:
    missing = [] if shutil.which("objdump") else ["binutils"]
    # Debian's python3 carries its library inside itself; the frozen program needs the one apart.
    shared = "import ctypes, sysconfig; ctypes.CDLL(sysconfig.get_config_var('INSTSONAME'))"
    if python("-c", shared, quiet=True):
        missing.append(f"libpython3.{sys.version_info[1]}")
    if missing:
        apt_install(missing, "PyInstaller needs what is missing here")


def apt_install(packages: list[str], why: str) -> None:
    wanted = " ".join(packages)
    if not shutil.which("apt-get"):
        raise TroubleError(f"{why}; install what Debian calls {wanted}, and run this again.")
    line = f"apt-get install -y --no-install-recommends {wanted}"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise TroubleError(f"{why}; type:\n  sudo apt-get update && sudo {line}")
    print(f"{why}: {line}", flush=True)
    for command in ("apt-get update", line):
        done = output(command.split(), DEBIAN_FRONTEND="noninteractive")
        if done.returncode:
            raise TroubleError(f"`{command}` failed:\n{done.stdout[-1500:]}")


# Processes


def python(*arguments: str, quiet: bool = False) -> int:
    where = subprocess.DEVNULL if quiet else None
    return subprocess.call([str(PYTHON), *arguments], stderr=where)


def output(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    more = os.environ | environment
    return subprocess.run(command, stdout=pipe, stderr=both, text=True, env=more, check=False)


def become(*arguments: str) -> int:
    """Hands this process over, so signals, the terminal and the exit code are the program's own."""
    sys.stdout.flush()
    if os.name == "nt":  # where exec starts a second process, and the shell prompts over it
        return python(*arguments)
    os.execv(PYTHON, [str(PYTHON), *arguments])


VERBS = {verb.__name__: verb for verb in (demo, test, check, tour, bench, build, lock)}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  whoever has an older one should be told
        print(f"QJira needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")
        return 2
    if not arguments or arguments[0] not in VERBS:
        print(USAGE)
        return 0 if arguments and arguments[0] in {"help", "-h", "--help"} else 2
    os.chdir(ROOT)
    try:
        return VERBS[arguments[0]](arguments[1:])
    except TroubleError as trouble:
        print(f"dev.py: {trouble}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
