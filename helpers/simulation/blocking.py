"""Catch calls that block the loop, at the moment when they begin.

Python announces what programs do to their surroundings as *audit events*
(https://docs.python.org/3/library/audit_events.html): opening a socket, looking up a name, starting a
process, ``input()``. One hook, added once, sees them all; it does nothing unless the current thread runs a
simulation, and then it raises, so that the call never happens. No function is patched.

``time.sleep`` announces itself only since Python 3.13. Before, a *profile function* (``sys.setprofile``),
which Python calls before each call of a C function of this one thread, sees it instead. It halves the
speed.

Nothing announces a ``recv`` on a socket or ``threading.Lock.acquire``: that the loop is stuck in such a
call, the thread that waits for the verdict finds out (watch.py).
"""

import sys
import time
from collections.abc import Callable
from threading import get_ident
from types import FrameType

SLEEP = "time.sleep"
SLEEP_IS_AUDITED = sys.version_info >= (3, 13)

# Audit events of calls that block, and of what can only serve to block, with the name to show.
_CALLS = {
    SLEEP: "time.sleep()",
    "builtins.input": "input()",
    "subprocess.Popen": "subprocess",
    "os.system": "os.system()",
    "urllib.Request": "urllib.request.urlopen()",
    "socket.__new__": "socket.socket()",
    "socket.connect": "socket.connect()",
    "socket.getaddrinfo": "socket.getaddrinfo()",
    "socket.gethostbyname": "socket.gethostbyname()",
}

_STARTS = ("_thread.start_new_thread", "_thread.start_joinable_thread")  # the latter since 3.13


class BlockingCallError(BaseException):
    """Raised in place of a call that would block; no ``Exception``, so that a program does not retry it."""


Alarm = Callable[[str, FrameType | None], None]
_alarms: dict[int, tuple[Alarm, Callable[[], None]]] = {}
_installed = False


def _hook(event: str, args: tuple, _calls=_CALLS, _starts=_STARTS, _alarms=_alarms, _ident=get_ident) -> None:
    # Names bound as defaults: audit events still come when the interpreter takes its modules apart.
    if event in _calls and (entry := _alarms.get(_ident())):
        entry[0](_calls[event], sys._getframe(1))
        raise BlockingCallError(_calls[event])
    if event in _starts and (entry := _alarms.get(_ident())):
        entry[1]()


def guard(alarm: Alarm, thread_started: Callable[[], None]) -> None:
    """From now on, in this thread: call ``alarm(name of the call, frame)`` and raise BlockingCallError
    instead.
    """
    global _installed
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True
    _alarms[get_ident()] = alarm, thread_started
    look_for_sleep()


def look_for_sleep() -> None:
    """Once more: a profile function that has raised is gone, and an observer takes its place."""
    sys.setprofile(None if SLEEP_IS_AUDITED else _profile)


def unguard() -> None:
    """This thread may block again."""
    _alarms.pop(get_ident(), None)
    sys.setprofile(None)


def _profile(frame: FrameType, event: str, arg: object, _sleep=time.sleep) -> None:
    if event == "c_call" and arg is _sleep:
        check_c_call(arg, frame)


def check_c_call(function: object, frame: FrameType) -> None:
    """For a profile function, before 3.13: raise if ``function`` is ``time.sleep``."""
    if function is time.sleep and (entry := _alarms.get(get_ident())):
        entry[0](_CALLS[SLEEP], frame)
        raise BlockingCallError(_CALLS[SLEEP])
