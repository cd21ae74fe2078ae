"""Runs a program and says what it used; a script, started by child.py as `python -I -S launch.py PROGRAM …`.

The last line that it prints is: exit status, seconds, CPU seconds, peak memory in bytes. It imports almost
nothing, as a new process counts its starter's memory as its own peak until it has exceeded it
(ru_maxrss in https://man7.org/linux/man-pages/man2/getrusage.2.html): so no peak below this script's is seen.
"""

import os
import sys
import time

UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss: bytes on macOS, KiB elsewhere


def main(command: list[str]) -> None:
    began = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    exit_status = os.waitstatus_to_exitcode(status)
    print("", exit_status, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * UNIT)


if __name__ == "__main__":
    main(sys.argv[1:])
