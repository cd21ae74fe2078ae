"""Every sentence of the simulation that a learner may read, in one place."""

DEADLOCK = "Nothing can run any more (deadlock). {waiting}"
TASK = "task ‘{name}’"
TASKS = "tasks {names}"
QUOTED = "‘{name}’"
NUMBERED = "{name} {number}"  # as in helpers/timeline/texts.py: the text stands beside the picture
WAITS = "{task} waits for {what}"
HELD_BY = "{text}, held by {holders}"
HELD_BY_ENDED = "task ‘{name}’, which has ended without releasing it"
HELD_BY_ITSELF = "itself"
AND = " and "
THEN = "; "
FULL_STOP = "."
AND_MORE = "; and {count} more"

# What a task can wait for. {name} is a quoted name with a space before it, or nothing when no name was found.
LOCK = "lock{name}"
CONDITION_LOCK = "the lock of condition{name}"
SEMAPHORE = "semaphore{name}"
EVENT = "event{name} to be set"
CONDITION = "condition{name} to be notified"
QUEUE_GET = "an item in queue{name}"
QUEUE_PUT = "room in queue{name}"
QUEUE_JOIN = "queue{name} to be worked off"
BARRIER = "the others at barrier{name}"
JOB = "a job in a thread"
SLEEP = "the end of its sleep"
FUTURE = "a future{name} that nobody has set"
FUTURE_IN = "a future that nobody has set, in {function}()"
GATHERED = "{tasks} (gather)"
ITS_TURN = "its turn"
ITSELF = "something that the simulation does not know"

ENDLESS_STEPS = "This does not end: {steps:,} steps of the loop, and {task} still runs."
ENDLESS_TIME = "This does not end: {seconds:,.0f} simulated seconds have passed. {waiting}"
ENDLESS_CODE = "No await in more than {seconds:g} s of computing: {place}. No other task can run meanwhile."
TOO_SLOW = "This has not ended after {seconds:g} s of real time."
STUCK_THREAD = "{halt} A job in a thread is still at work; {waiting}"
STUCK_CALL = (
    "A call has blocked the loop for more than {seconds:g} s: {place}. No other task can run meanwhile."
)
BLOCKING = "{call} blocks the whole loop: {place}. No other task can run meanwhile."
SOCKET = "{call} opens a real socket: {place}. The simulation has no network."
PLACE = "{function}(), line {line}"
SOMEWHERE = "in your code"

RAISED = "{error} was raised."
NEVER_AWAITED = "{name}() was called but never awaited, so it did not run."
LEFT_BEHIND = "{task} was left behind: nobody awaited or cancelled it. It waits for {what}."
LEFT_BEHIND_RUNNING = "{task} was left behind: nobody awaited or cancelled it."
SWALLOWED = "{task} was cancelled, but swallowed the CancelledError."
UNRETRIEVED = "{task} raised {error}, and nobody looked at its result."
UNRETRIEVED_FUTURE = "A future got {error}, and nobody looked at its result."
CALLBACK_RAISED = "A callback raised {error}."
INJECTED = "(Here {task} was cancelled while it waited for {what}.)"

STOPPED = "Event loop stopped before Future completed."
NO_NETWORK = "{method}: the simulated loop has no network, signals or subprocesses; a real loop has."
NESTED = "a simulation cannot start inside a simulation"
NOT_A_COROUTINE = "main must return a coroutine, not {kind}"

# One line of a trace.
STARTED_WAITING = "waits for {what}"
RETURNED = "returns"
FAILED = "raises {error}"
CANCELLED = "is cancelled"

ALL = "all {count} schedules"
SAMPLED = (
    "{count:,} schedules: {systematic:,} with the fewest changes of order, {seeded:,} at random (seed {seed})"
)
ONE_ORDER = "the only possible order"
