"""What runs as the learner, in a workshop and on Kubernetes: hands out the course, then becomes the server.

The course is cloned into the home folder once and never written to again: what a learner has done is theirs,
and `git pull` brings what the teacher ships. Kernels import `helpers` from that clone, so that progress,
copies and resets are the learner's own.

The server itself runs isolated (`python -I`): no file that a learner makes, and no variable, gets into it.
Kernels are reached through Unix sockets in a folder that only their owner can open: on TCP ports every
account of the machine could listen to what they print
(https://jupyterhub.readthedocs.io/en/stable/explanation/websecurity.html#encrypt-internal-connections-with-ssl-tls).
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent
NAME = "async-io-course"
FORGOTTEN = 3600  # seconds: the kernel of a notebook that was closed so long ago gives its memory back


def hand_out(course: Path, home: Path) -> Path:
    """Clone `course` into `home`, unless it is there already; return the clone.

    Raises subprocess.CalledProcessError or OSError where it cannot be made; then nothing is left behind.
    """
    clone = home / NAME
    if clone.exists():
        return clone
    for owned_by_another in (course, course / ".git"):  # else git refuses to read what another account owns
        command = ["git", "config", "--global", "--add", "safe.directory", str(owned_by_another)]
        subprocess.run(command, check=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=f".{NAME}.") as folder:
        whole = Path(folder, NAME)
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(course), str(whole)], check=True)
        whole.chmod(0o700)
        whole.rename(clone)
    return clone


def main() -> None:
    """Become the learner's server, with the arguments that this process was given."""
    home = Path.home()
    clone = hand_out(COURSE, home)
    os.environ["PYTHONPATH"] = str(clone)  # for kernels and terminals; the server does not look at it
    # The folder of the sockets has a short name, for a socket's path has at most 107 bytes (unix(7)).
    os.environ["JUPYTER_RUNTIME_DIR"] = str(home / ".jupyter-run")
    server = [sys.executable, "-I", "-m", "jupyterhub.singleuser", f"--ServerApp.root_dir={clone}"]
    kernels = ["--KernelManager.transport=ipc", f"--MappingKernelManager.cull_idle_timeout={FORGOTTEN}"]
    os.execv(sys.executable, [*server, *kernels, *sys.argv[1:]])


if __name__ == "__main__":
    main()
