"""Every message and form the bot can draw, with ordinary, empty, longest and hostile words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.calls.agents import Listing
from bot.calls.call import Draft, DraftId, Request
from bot.calls.contact import Contact
from bot.calls.pauses import EVERYTHING, Pause, of_provider
from bot.calls.person import NONE_SET
from bot.calls.provider import Agent
from bot.calls.retries import STOPPED
from bot.calls.states import State
from bot.calls.timing import Instant, Window
from bot.flows.ask import Proposal, Question
from bot.flows.drafting import MOVES
from bot.flows.people import Found, people_kept
from bot.flows.recordings import Recording
from bot.reports.pauses import Tongue, not_paused, note, paused, paused_already, resumed
from bot.reports.unknown import BY_A_PERSON
from bot.slack.blocks import escape, message, notice, section
from bot.slack.commands import COMMANDS
from bot.slack.commands.agents import catalogue
from bot.slack.commands.call import TIP
from bot.slack.commands.help_text import help_message, unknown_word
from bot.slack.commands.list_calls import listed
from bot.slack.screens.confirm import booked, confirmation, dropped
from bot.slack.screens.defaults import defaults_form
from bot.slack.screens.draft_buttons import invite
from bot.slack.screens.form_drawing import Form, call_form, form_of, move_form
from bot.slack.screens.live import root_message
from bot.slack.screens.outcome import mark_form
from bot.slack.screens.question import asked_back
from bot.slack.screens.recording import recording_message
from bot.slack.screens.result import result_message
from bot.slack.times import token
from bot.understanding.command import Code, KnownAgent, Problem, Reading
from tests.fakes import HOME, MORNING, instant, request
from tests.samples import (
    HOSTILE,
    LABELS,
    LONG_NAME,
    LONG_NOTES,
    LONG_SUMMARY,
    LONG_TRANSCRIPT,
    TEN_ZONES,
    attempt,
    call,
)

Drawn = dict[str, Any]
Named = tuple[str, Drawn]
ZONE = "America/Chicago"
START = MORNING.astimezone(ZoneInfo(ZONE)) + timedelta(hours=22)
WHENS: dict[str, Instant | Window | None] = {
    "now": None,
    "instant": instant(MORNING + timedelta(hours=22)),
    "window": Window(START, START + timedelta(hours=2), ZONE),
    "long window": Window(START, START + timedelta(days=3), ZONE),
    "open window": Window(START, None, ZONE, allow_on_weekends=False),
    "daily window": Window(
        START, START + timedelta(days=9), "Asia/Kolkata", time(9, 30), time(17, 45),
        allow_on_weekends=False,
    ),
}  # fmt: skip
WORDS: dict[str, Drawn] = {
    "ordinary": {"name": "John Smith", "notes": "wants a quote", "said": "tomorrow 10am"},
    "empty": {"name": None, "notes": "", "said": "", "agent_name": ""},
    "hostile": {"name": HOSTILE, "notes": HOSTILE, "said": HOSTILE, "agent_name": HOSTILE},
    "long": {
        "name": LONG_NAME,
        "notes": LONG_NOTES,
        "said": "&" * 600,
        "agent_name": LONG_NAME,
        "warnings": ("number_not_verified", "extension_dropped", "retries_cut", "unheard_of"),
        "retries": 3,
        "retry_every": 1440,
        "retry_voicemail": True,
        "from_defaults": ("assistant", HOSTILE),
    },
}
ZONES = {"none": (), "one": ("America/Los_Angeles",), "same": ("America/New_York",),
         "ten": TEN_ZONES}  # fmt: skip
MANY = [
    Agent(f"{index:03} {LONG_NAME}", "voicy", f"{'id-' * 99}{index}", language="en")
    for index in range(300)
]
CATALOGUES = {
    "none": [],
    "one": [Agent("Voz", "vozagent", "asst-1")],
    "odd": [
        Agent(HOSTILE, "voicy", HOSTILE, active=False, why_not=HOSTILE),
        Agent("📞" * 200, "gone", "x" * 300, language="📞" * 80),
        Agent("", "voicy", ""),
    ],
    "many": MANY,
}


def by_provider(agents: Sequence[Agent]) -> list[Listing]:
    """As the catalogue gives them."""
    names = dict.fromkeys(agent.provider for agent in agents)
    return [
        Listing(name, tuple(each for each in agents if each.provider == name), MORNING)
        for name in names
    ]


TROUBLED = {
    "none ever came": [Listing("voicy", why_not="Voicy did not answer within 5 seconds.")],
    "an old list": [
        Listing("voicy", (Agent("Dana", "voicy", "d-1"),), MORNING, why_not=HOSTILE),
        Listing("vozagent", (Agent("Voz", "vozagent", "v-1"),), MORNING),
    ],
    "asking": [Listing("voicy", asking=True), Listing("unleashx", asking=True, why_not="no")],
    "everything old": [
        Listing("voicy", tuple(MANY), MORNING, why_not="x" * 9_000),
        Listing(HOSTILE, (), None, why_not=HOSTILE * 20, asking=False),
    ],
}
REASONS = [
    ("", ""),
    ("retrying", "the line was busy"),
    ("stopped", "after 1 try"),
    ("no_time_left", "no time was left for another try"),
    ("outside_hours", "it would be 9:30 PM for them; calls are allowed 8 AM - 9 PM"),
    ("paused", "U0OMAR"),
    ("paused", f"U0OMAR {HOSTILE} +14155550123 {'x' * 250}"),
    ("late", "VozAgent can't be reached. Nothing was dialled."),
    ("provider_unreachable", f"{HOSTILE} +14155550123 {'x' * 400}"),
    ("process_stopped", "I was stopped in the middle of dialling"),
    ("said_it_rang", "a person says it rang"),
    ("said_it_did_not", "a person says it did not ring"),
    ("marked", f"{HOSTILE} +14155550123 {'&' * 300}"),
    ("window_over", "Vozzo reports no outcome"),
]
AWKWARD_LINK = "https://media.example/a b|c><!channel>"
LONG_LINK = "https://media.example/" + "&" * 1_900
DRAFT = Draft(DraftId("0190-draft"), HOME, "open", MORNING + timedelta(minutes=15), None)


def requests() -> Iterator[tuple[str, Request]]:
    """Requests of all kinds of times, words and zones."""
    for when, timing in WHENS.items():
        for words, facts in WORDS.items():
            for zones, callee in ZONES.items():
                source = {"one": "recipient", "same": "user", "ten": "named"}.get(zones)
                yield (
                    f"{when}, {words}, zones {zones}",
                    request(when=timing, callee_zones=callee, zone_source=source, **facts),
                )


def confirmations() -> Iterator[Named]:
    """What is shown before a call is kept."""
    moving = replace(DRAFT, partial={MOVES: "0190-call", "code": "C-4F7K"})
    for name, one in requests():
        yield f"confirmation: {name}", confirmation(Proposal(DRAFT, one, MORNING), LABELS)
        yield f"move: {name}", confirmation(Proposal(moving, one, MORNING), LABELS)
        given = confirmation(Proposal(DRAFT, one, MORNING), LABELS, mute=LABELS, ahead=LABELS)
        yield f"given away: {name}", given


def questions() -> Iterator[Named]:
    """What is asked back."""
    times = tuple(when for when in WHENS.values() if when is not None)
    agents = tuple(KnownAgent(one.name, one.provider, one.id, one.language) for one in MANY)
    for code in Code:
        for words, found in {"ordinary": "Vox", "empty": "", "hostile": HOSTILE * 9}.items():
            problem = Problem(
                code, found=found, suggestion=found or None, agents=agents, provider=found
            )
            for offers in (times, times[:1], ()):
                reading = Reading(said_when=found, callee_zones=TEN_ZONES, agent=agents[0])
                asked = replace(problem, candidates=offers)
                drawn = asked_back(Question(DRAFT, reading, asked, "Asia/Kolkata", MORNING))
                yield f"question: {code}, {words}, {len(offers)} times", drawn


def people() -> Iterator[Named]:
    """Whom a name may mean, and what is said of an assistant that is elsewhere."""
    for words in ("ordinary", "hostile", "long"):
        name = str(WORDS[words]["name"])
        known = [Contact(name, f"+1212555010{n}", MORNING, own=n < 3) for n in range(9)]
        draft = replace(DRAFT, partial=dict(people_kept(Found(name, tuple(known)))))
        for detail in ("which_person", "unknown_name"):
            problem = Problem(Code.NO_PHONE, found=name, detail=detail)
            asked = Question(draft, Reading(), problem, "Asia/Kolkata", MORNING)
            yield f"people: {words}, {detail}", asked_back(asked, "/dial", LABELS)
        for detail in ("not_there", "no_provider"):
            agents = tuple(KnownAgent(name, provider, "1") for provider in ("voicy", HOSTILE))
            problem = Problem(
                Code.UNKNOWN_AGENT, found=name, detail=detail, provider=HOSTILE, agents=agents
            )
            asked = Question(DRAFT, Reading(), problem, "Asia/Kolkata", MORNING)
            yield f"elsewhere: {words}, {detail}", asked_back(asked, "/dial", LABELS)
        one = request(**WORDS[words])
        yield (
            f"confirmation: known person, {words}",
            confirmation(Proposal(DRAFT, one, MORNING, known[0]), LABELS),
        )


def roots() -> Iterator[Named]:
    """The live message in the channel."""
    for state in State:
        for code, reason in REASONS:
            for words in ("ordinary", "hostile", "long"):
                one = call(
                    state,
                    reason=reason,
                    reason_code=code,
                    changed_by="U0LEE" if code in {*BY_A_PERSON, STOPPED} else "switchboard",
                    request=request(**WORDS[words], callee_zones=ZONES["ten"]),
                )
                name = f"root: {state}, {code or 'no reason'}, {words}"
                last = attempt(raw_status=HOSTILE, until=START + timedelta(hours=2))
                yield name, root_message(one, last, LABELS)
                yield f"{name}, silent", root_message(one, last, LABELS, {"vozagent"})
        yield f"root: {state}, never dialled", root_message(call(state), None, {})


def results() -> Iterator[Named]:
    """What came of a call, in its thread."""
    ended = {
        "ordinary": attempt(),
        "empty": attempt(
            summary="", transcript="", recording_url=None, seconds=None, cost_micros=None
        ),
        "blank": attempt(summary=" ", transcript=" \n "),
        "hostile": attempt(
            provider=HOSTILE, summary=HOSTILE, transcript=HOSTILE, currency=HOSTILE,
            recording_url=AWKWARD_LINK, variables={HOSTILE: HOSTILE, "_": "", " ": "&" * 300},
        ),
        "long": attempt(
            summary=LONG_SUMMARY, transcript=LONG_TRANSCRIPT,
            recording_url=LONG_LINK, variables={f"{index} {LONG_NAME}": LONG_NOTES
                                                for index in range(40)},
        ),
        "told number": attempt(
            summary="Ring +1 (415) 555-0123", transcript="person: I am on 415 555 0123",
            recording_url="javascript:alert(1)", variables={"number": "+1 415-555-0123"},
        ),
    }  # fmt: skip
    for state in State:
        for name, last in ended.items():
            one = call(state, request=request(**WORDS["long"]))
            yield f"result: {state}, {name}", result_message(one, last, LABELS)
            as_file = result_message(one, last, LABELS, as_file=True)
            yield f"result: {state}, {name}, with its file", as_file


def answers() -> Iterator[Named]:
    """Lists, help and the short answers to buttons."""
    for name, agents in CATALOGUES.items():
        yield f"agents: {name}", catalogue(by_provider(agents), LABELS)
    for name, listings in TROUBLED.items():
        yield f"agents: {name}", catalogue(listings, LABELS)
    yield "list: empty", listed([], "/dial", LABELS)
    for words in ("ordinary", "hostile", "long"):
        calls = [
            call(state, request=request(**WORDS[words], callee_zones=ZONES["ten"]))
            for state in [*State, *State]
        ]
        yield f"list: {words}", listed(calls, "/dial", LABELS)
    yield "help", help_message(COMMANDS, "/dial")
    yield (
        "help: unknown word",
        help_message(COMMANDS, "/dial", unknown_word("lisst", COMMANDS, "/dial")),
    )
    yield "help: hostile", help_message(COMMANDS, "/dial", unknown_word(HOSTILE, COMMANDS, "/d"))
    for channel in ("C0SALES", "D0RITA"):
        home = replace(HOME, channel=channel)
        for when, timing in WHENS.items():
            one = call(home=home, request=request(**WORDS["long"], when=timing))
            yield f"booked: {channel}, {when}", booked(one, fresh=True)
            yield f"booked again: {channel}, {when}", booked(one, fresh=False)
            yield f"given away: {channel}, {when}", booked(one, fresh=True, given_to=HOSTILE)
        yield f"invite: {channel}", invite("C-4F7K", channel)
    for link in ("https://media.example/new", AWKWARD_LINK, LONG_LINK, "javascript:alert(1)", ""):
        for provider in ("Voicy", HOSTILE):
            for trouble in ("", "it did not answer just now"):
                found = Recording(call(), provider, link, trouble)
                yield f"recording: {link[:30]}, {trouble}", recording_message(found)
    yield from pauses()
    yield "dropped", dropped(was_open=True)
    yield "dropped too late", dropped(was_open=False)
    yield "notice: empty", notice("")
    yield "notice: long", notice(escape(HOSTILE * 300))
    yield "diary", message("📞 Dialling", [section("📞 Dialling")])


def pauses() -> Iterator[Named]:
    """What is said of pauses, and the list while there are some."""
    tongue = Tongue({"vozagent": HOSTILE}, "/dial", token)
    for reason in ("", "storm", HOSTILE, "&" * 3_000):
        both = [
            Pause(scope, "T0ACME", "U0OMAR", MORNING, reason)
            for scope in (EVERYTHING, of_provider("vozagent"))
        ]
        for pause in both:
            about = f"{pause.scope}, {reason[:9]}"
            yield f"paused: {about}", notice(paused(pause, tongue))
            yield f"paused already: {about}", notice(paused_already(pause, tongue))
            yield f"resumed: {about}", notice(resumed(pause, "U0LEE", both, tongue))
            yield f"not paused: {about}", notice(not_paused(pause.scope, both, tongue))
        notes = [note(each, tongue) for each in both]
        yield f"list: paused, {reason[:9]}", listed([call(), call()], "/dial", LABELS, notes)
        yield f"list: paused and empty, {reason[:9]}", listed([], "/dial", LABELS, notes)


def views() -> Iterator[Named]:
    """The forms."""
    tip = TIP.format(command="/dial")
    for name, agents in CATALOGUES.items():
        bare = Form(agents=agents, asker_zone="Asia/Kolkata", labels=LABELS)
        yield f"form: bare, agents {name}", call_form(bare, DRAFT.id, tip)
        yield f"defaults: agents {name}", defaults_form(NONE_SET, agents, "US", LABELS)
        for words, facts in WORDS.items():
            for zones, callee in ZONES.items():
                one = request(callee_zones=callee, when=WHENS["daily window"], **facts)
                form = form_of(one, agents, LABELS)
                yield f"form: {words}, zones {zones}, agents {name}", call_form(form, DRAFT.id)
    for name, one in requests():
        yield f"form: {name}", call_form(form_of(one, CATALOGUES["one"], LABELS), DRAFT.id)
        yield f"move: {name}", move_form(call(request=one))
    for words, facts in WORDS.items():
        yield f"mark: {words}", mark_form(call(request=request(**facts)), {"vozagent": HOSTILE})


def messages() -> list[Named]:
    """All of them."""
    return [*confirmations(), *questions(), *people(), *roots(), *results(), *answers()]
