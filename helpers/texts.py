"""Every sentence around an exercise that a learner may read, in one place; {…} are filled in."""

NOT_ATTEMPTED = "Write your answer, then run this again. {ask}"
ASK_HINT = 'hint("{id}") gives a hint.'
HINT_TITLE = "Hint {number} of {count} · {title}"
HINT_MORE = '{hint} (hint("{id}") again gives the next one.)'
HINT_LAST = '{hint} (That was the last hint; solution("{id}") shows an answer.)'
TRY_FIRST = "Try it first, even if it goes wrong, and check it; then ask again. {ask}"
SOLUTION_TITLE = "A solution · {title}"
PREDICTION_TITLE = "Prediction {id}"
PREDICT = "Put what you expect in place of the dots, and run this cell."
PREDICTED = "Noted: {expectation}. Now run the next cell and compare."
HAND_OVER = 'Hand over your answer after the id, as in check("{id}", name): {wanted} wanted, {given} given.'
OTHER_PARAMETERS = (
    "Your answer was called with other arguments than it takes. Leave its parameters as the stub has them."
)
CHECK_FAILED = "The check itself failed ({error}). That is not your fault; please report it."
NO_EXERCISE = "There is no exercise {id!r}. There are: {ids}."
CALL, SEEN, EXPECTED, PRINTED = "The call", "What happened", "What should", "It printed"
TRIED = "Tried"

PROGRESS_HEAD = ("Lesson", "Predicted", "Passed", "Tried", "Last")
BEGIN = "Begin with lesson {number:02}: lessons/{stem}.ipynb"
GO_ON = "Go on with exercise {exercise}: lessons/{stem}.ipynb"
ALL_PASSED = "Every exercise of lesson {number:02}, where you worked last, and of those after it is passed."
UNREADABLE = "{count} of the lines in {name} could not be read; they stay in the file as they are."

GROWTH_CAPTION = "Microseconds for one call of select(), while one of so many watched sockets is ready"
GROWTH_REFUSED = "refused"
