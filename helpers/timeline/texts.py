"""Every word of a timeline that a learner may read, in one place; {…} are filled in."""

# What a task can wait for: a short label for the picture, and the same in words. {name} is a name with a
# space before it, or nothing when no name was found; {plain} is the name alone.
WAITS: dict[str, tuple[str, str]] = {
    "lock": ("lock{name}", "lock{name}"),
    "condition lock": ("lock of{name}", "the lock of condition{name}"),
    "semaphore": ("semaphore{name}", "semaphore{name}"),
    "event": ("event{name}", "event{name} to be set"),
    "condition": ("condition{name}", "condition{name} to be notified"),
    "item": ("item from{name}", "an item in queue{name}"),
    "room": ("room in{name}", "room in queue{name}"),
    "queue": ("{plain} done", "queue{name} to be worked off"),
    "barrier": ("barrier{name}", "the others at barrier{name}"),
    "sleep": ("sleep{name}", "the end of its sleep{name}"),
    "tasks": ("tasks{name}", "tasks{name}"),
    "thread": ("thread{name}", "{plain}() in a thread"),
    "call": ("{plain}()", "{plain}()"),
    "future": ("future{name}", "a future{name}"),
}
NAMELESS = {"item": "item", "room": "room", "queue": "queue done", "condition lock": "lock of condition"}
QUOTED = "‘{name}’"
SECONDS = "{seconds:g} s"
ONE_TASK = "task{name}"
MANY_TASKS = "{count} tasks"

CELL = "cell"
MAIN_THREAD = "main thread"
POOL_THREAD = "pool thread"
THREAD = "thread"
NUMBERED = "{name} {number}"

# What a piece of a lane means, for the tooltip.
WOKEN = "woken by {by}"
WAITING = "waits for {what}"
HOLDS = "holds {name}"
HELD_THING = {"lock": "a lock", "semaphore": "a semaphore"}

# What became of a task.
RETURNED, RAISED, CANCELLED, STUCK, WAITING_STILL = "✓", "✗ {error}", "⊘ cancelled", "stuck", "…"
STOPPED = "✗ stopped here"
ERRORS = {"BlockingCallError": "blocking call"}  # errors of the course's own, in words

STEP_AXIS, TIME_AXIS = "step", "time"
FOLDED_STEPS = "… {count:,} more steps …"
FOLDED_LANES = "+ {count:,} more {what}"
MORE_LANES = {"task": "tasks", "thread": "threads"}

# The caption, sentence by sentence.
COUNT = "{lanes}, {steps}."
LANE_WORDS = {"task": ("1 task", "{count:,} tasks"), "thread": ("1 thread", "{count:,} threads")}
STEP_WORDS = ("1 step", "{count:,} steps")
ONE_AT_A_TIME = "Highest number running at once: 1."
FINISHED = "{first} finished first, {last} last."
FINISHED_ALONE = "{lane} finished."
RAISED_WORDS = "{lane} raised {error}."
STOPPED_WORDS = "{lane} was stopped in the middle of a step."
BLOCKED_WORDS = "{lane} was stopped in a blocking call."
CANCELLED_WORDS = "{lanes} {verb} cancelled."
WAS, WERE = "was", "were"
STILL_WAITED = "{lane} still waited for {what}"
UNFINISHED = "At the end {waits}."
WAITS_FOR = "{lane} waits for {what}"
HELD_BY = "{words}, held by {holder}"
ITSELF = "itself"
DEADLOCK = "Deadlock: {waits}."
TOOK = "Simulated time: {seconds:g} s."
FULL = "After {count:,} steps the recording stopped."
NOTHING = "Nothing happened."
THEN = "; "
MORE = "{count} more"
AND = " and "
COMMA = ", "

# The legend, only what occurs: what follows the sign in the text form, and what the forms in HTML mean.
LEGEND = {
    "run": "runs",
    "ready": "ready, not its turn yet",
    "wait": "waits",
    "between": "goes on",
    "hold": "holds",
    "by": "woken or started by lane {number}",
    "cancelled": "a cancellation arrives",
}
FORMS = {
    "run": "filled: runs",
    "ready": "dotted: ready, not its turn yet",
    "wait": "dashed: waits",
    "between": "line: goes on",
    "hold": "bracket: holds",
    "by": "arrow: wakes or starts",
    "cancelled": "⊘: a cancellation arrives",
}
LEGEND_SEPARATOR = " · "

TWICE = "this event loop is being recorded already"
USED = "a recording cannot be used twice; make a new one with record()"

NOT_A_FUNCTION = "timeline.run takes the function itself, without calling it: timeline.run(breakfast)."
