"""What may be chosen in a play, and how often: much of what is usual, a little of the rest."""

from datetime import timedelta

from hypothesis import strategies as st

from bot.calls.states import State
from bot.reports.buttons import Action
from tests.schedule.model.company import Answer, Comes, Fate

MOST_CALLS = 6
NUMBERS = ("+14155550123", "+14155550123", "+14155550124")
SPANS = (
    timedelta(seconds=3), timedelta(seconds=1), timedelta(seconds=12), timedelta(seconds=61),
    timedelta(minutes=3), timedelta(minutes=31), timedelta(hours=3), timedelta(hours=25),
)  # fmt: skip
A_MINUTE = timedelta(seconds=61)
OFF = tuple(timedelta(seconds=each) for each in (-50, 0, 50, 0, -3 * 3600, 0, 3 * 3600, 0))

A_GOOD_DAY = (Answer.PLACED,)
DAYS_OF_DOUBT = (
    (Answer.SILENCE_AND_RINGS, Answer.SILENCE),
    (Answer.SILENCE_AND_RINGS, Answer.SILENCE_AND_RINGS, Answer.NO_ID),
)
AND_THEN = ("we hear of it", "we ask", "we ask", "nothing")
MISHAPS = (
    "crash", "time passes", "clock", "lists", "stranger", "pressed twice", "housekeeping", "pause",
    "pause", "pause",
)  # fmt: skip
PAUSES = (
    "pause everything", "resume everything", "pause open", "resume open",
    "resume everything", "resume open", "pause silent", "resume silent",
)  # fmt: skip
LINES = {"now": "now", "soon": "in 2 minutes", "later": "in 4 hours"}  # what a form calls so
AGAIN = {0: "", 1: " retry 1", 2: " retry 2"}

which = st.integers(0, 7)
numbers = st.sampled_from(NUMBERS)  # often the same: two calls to one phone
company_names = st.sampled_from(["open", "open", "open", "shy", "silent"])
retries_left = st.sampled_from([2, 1, 0, 2, -1, -2])  # below zero: also after a voicemail
whens = st.sampled_from(["now", "now", "soon", "later", "short window", "days"])
fates = st.builds(
    Fate,
    st.sampled_from([Answer.PLACED] * 5 + [Answer.SILENCE_AND_RINGS, *Answer]),
    st.sampled_from([Comes.AT_ONCE] * 4 + [*Comes]),
)
one_fate = st.lists(fates, max_size=1)
processes = st.integers(0, 1)
tried = st.sampled_from(
    [State.NO_ANSWER, State.NO_ANSWER, State.BUSY, State.VOICEMAIL, State.COMPLETED]
)
says = st.sampled_from([Action.RANG, Action.NOT_RANG, Action.CHECK, None])
spans = st.sampled_from(SPANS)
rarely = st.sampled_from([False, False, False, True])
days = st.sampled_from([A_GOOD_DAY, A_GOOD_DAY, *DAYS_OF_DOUBT])
