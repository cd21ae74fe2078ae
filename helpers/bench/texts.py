"""Every word of the tables and pictures that a learner may read, in one place; {…} are filled in."""

NAMES = {
    "one_by_one": "requests, one by one",
    "in_threads": "requests in threads",
    "article": "the article's program",
    "aiohttp_workers": "aiohttp alone",
    "course": "the course's downloader",
    "own_loop": "the loop of lesson 10",
    "own_loop_kept": "that loop, connections kept",
    "buffered": "BufferedProtocol",
    "curl": "curl --parallel",
    "aria2c": "aria2c",
    "wget": "wget",
}
LOADS = {
    "small": "{files:,} × {size}, {limit} at a time; files a second",
    "large": "{files:,} × {size}, {limit} at a time; MB a second",
    "huge": "{files:,} × {size}; MB a second",
    "latency": (
        "{files:,} answers, each after {delay:.0f} ms, {limit} at a time; seconds, {least:.2f} s at best"
    ),
}
SIZES = ((2**20, "{:,.0f} MiB"), (2**10, "{:,.0f} KiB"), (1, "{:,.0f} bytes"))
HEAD = ("", "whole", "×", "started", "×", "CPU s", "peak MB", "at once")
NOTHING = "–"
TIMES = "{ratio:.2f}"
NOTE = "× {ratio} ({started}) · {cpu} s CPU · {memory} MB"
NOTED = "In brackets: × without the start. Memory is the peak."
ROUNDS = "Medians of {rounds} interleaved rounds. “started” leaves out the start of Python and its imports."
ONE_ROUND = "Measured once. “started” leaves out the start of Python and its imports."
REFERENCE = "× is how many times as fast as {name}, the whole process."
SERVERS = {"nginx": "Server: nginx.", "raw": "Server: an asyncio Protocol."}
CORES = {
    True: "Server and client have a processor each.",
    False: "Server and client share the processors: they could not be given one each.",
}
FILES = {
    True: "The files are in memory: no disk is measured.",
    False: "The files are in the temporary folder: a disk may slow them down.",
}
LEFT_OUT = "Not here: {names}."
NOT_INSTALLED = "{name} (not installed)"
TOO_LONG = "{name} (would take {seconds:.0f} s)"
FAILED = "{name} (failed: {reason})"

WAYS = {
    "selector": "a selector, no asyncio",
    "protocol": "asyncio Protocol",
    "streams": "asyncio streams",
    "aiohttp_session": "aiohttp",
    "in_threads": "threads",
}
LADDER = "So many connections, all open at once and waiting for an answer."
LADDER_HEAD = ("", "connections", "open ms", "answered ms", "KiB each", "µs CPU each")
LADDER_NOTE = "{answered:,.0f} ms"
LADDER_APIECE = "{answered:,.0f} ms · {kib} KiB · {cpu} µs CPU"
LADDER_NOTED = (
    "Milliseconds until all are open; behind the bar: until each has its answer, and what one takes."
)
LADDER_BARS = "The bars grow by the same length each time the milliseconds are multiplied by the same number."
STOPPED = "Stopped before {number:,} connections: {way}. {reason}."
DESCRIPTORS = "That takes {needed:,} open files, and this system allows a process {allowed:,} (ulimit -Hn)"
NOT_ALL = "After {limit:.0f} s {held:,} were open"
THREADS = "This system allows {number:,} threads at most ({limit})."

PRIMITIVES_CAPTION = (
    "Microseconds for one of each, Python {version}, the fastest of {repeats}. "
    "The bars grow by the same length each time the microseconds are multiplied by the same number."
)
PRIMITIVES = {
    "await_coroutine": "await a coroutine that returns at once",
    "call_soon": "call_soon, and the call",
    "future": "a future: made, set, awaited",
    "sleep_0": "await sleep(0): give way once",
    "task": "a task: made, run, awaited",
    "lock": "asyncio.Lock, nobody else wants it",
    "lock_handed_over": "asyncio.Lock, handed to the next task",
    "queue": "asyncio.Queue, put and get",
    "event": "asyncio.Event, one task woken",
    "thread_lock": "threading.Lock, nobody else wants it",
    "thread_queue": "queue.Queue, put and get",
    "thread_switch": "one thread wakes another",
    "thread": "a thread: started, run, joined",
    "to_thread": "await to_thread(…)",
}
