"""A command while its stages claim their clauses; what is claimed becomes a separator."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from bot.understanding.agents import Named, chosen, decided, marked_mentions, only
from bot.understanding.catalogue import Catalogue, Mention, missing_agent
from bot.understanding.known_agent import like
from bot.understanding.names import Words, cut_mentions, mask, sorted_words
from bot.understanding.other_languages import days_in
from bot.understanding.phone_search import FoundPhones, Place, find_phones
from bot.understanding.phones import Phone, classified
from bot.understanding.problems import Code
from bot.understanding.reading import Called, Context, Who
from bot.understanding.retries import Retries, find_retries
from bot.understanding.standing_alone import standing_alone
from bot.understanding.when import offered
from bot.understanding.who import call_with, place_of, who_is_meant
from bot.understanding.whose_time import Whose, whose_time
from bot.understanding.word_ends import WordEnds

SEPARATORS = str.maketrans("|,;", "   ")


@dataclass(slots=True)
class Clauses:
    """The text of a command and what was claimed of it so far, in the order of the stages."""

    text: str
    context: Context
    mention: str | None = None
    phones: FoundPhones = field(default_factory=FoundPhones)
    named: Named = field(default_factory=Named)
    whose: Whose | None = None
    other: str = ""  # the whole time, when it seems to be in another language
    named_day: str = ""  # what passed for a name, or a part of it, and is a day elsewhere
    used: list[str] = field(default_factory=list)  # which of the asker's defaults spoke
    called: Called | None = None
    retries: Retries | None = None

    def claim_mentions(self) -> None:
        self.text, self.mention = cut_mentions(self.text)

    def claim_retries(self) -> None:
        self.retries, places = find_retries(self.text)
        self._mask(places)

    def claim_phones(self) -> None:
        self.phones = find_phones(self.text, self.context.default_region)
        digits = "".join(sign for sign in self.text if sign.isdigit())
        if any(phone.e164[1:] not in digits for phone in self.phones.phones):
            self.used.append("region")
        self._mask(self.phones.places)
        if self.context.only_phone is not None:
            wanted = [one for one in self.phones.phones if one.e164 == self.context.only_phone]
            self.phones.phones = wanted or self.phones.phones

    def claim_called(self) -> None:
        """The person whom the words of a line without a number were found to mean."""
        called = self.context.called
        if called is None or not self.lacks_number():
            return
        phone = classified(called.number, self.context.default_region)
        if isinstance(phone, Phone):
            self.called, self.phones = called, FoundPhones([phone])
            self._mask(place_of(called.words, self.text, called.name))

    def lacks_number(self) -> bool:
        problem = self.phones.problem
        return problem is not None and problem.code is Code.NO_PHONE

    def claim_agent(self) -> None:
        catalogue = Catalogue(self.context.agents)
        today = self._today()
        if self.called is not None or self.lacks_number():
            self._mask(call_with(self.text, catalogue))
        mentions = marked_mentions(self.text, catalogue, WordEnds(today))
        self._mask_mentions(mentions)
        names = any(mention.named or mention.unknown for mention in mentions)
        twins = len(mentions) == 1 and len(mentions[0].agents) > 1 and not mentions[0].provider
        if not names or twins:
            alone = standing_alone(
                self.text, catalogue, today, names=not names, providers=twins or not mentions
            )
            self._mask_mentions(alone)
            mentions += alone
        self.named = decided(mentions, catalogue)
        if not any(mention.named or mention.unknown for mention in mentions):
            self._take_own(catalogue, mentions)
        if self.context.chosen_agent is not None:
            self.named = chosen(self.context.chosen_agent, catalogue)

    def _take_own(self, catalogue: Catalogue, mentions: list[Mention]) -> None:
        """None was named, at most a provider: the asker's own, the only one, or a question."""
        own = self.context.default_agent
        there = tuple(agent for mention in mentions for agent in mention.agents)
        fits = like(there or catalogue.agents, own) if own is not None else ()
        if fits and self.named.agent is None:
            self.named = only(fits)
            self.used += ["agent"] * (len(fits) == 1)
        elif not there:
            self.named = (
                only(catalogue.agents)
                if len(catalogue.agents) == 1
                else Named(problem=missing_agent(catalogue))
            )

    def sort_words(self) -> Words:
        self.text, self.whose = whose_time(self.text)
        words = sorted_words(self.text, self._today())
        if self.called is not None:
            # Another name beside the one that was looked up is nobody's: it is asked about.
            words.unread += [words.name] if words.name else []
            words.name = self.called.name
        words.name = words.name or self.mention
        self._claim_other_language(words)
        return words

    def _claim_other_language(self, words: Words) -> None:
        """ "am 3. März um 15 Uhr": one time in another language, and "März um" is no name."""
        name = words.name or "" if self.called is None else ""
        self.named_day = " ".join(days_in(name))
        if not words.unread and not self.named_day:
            return
        whole = " ".join(self.text.translate(SEPARATORS).split())
        for said in dict.fromkeys((whole, whole.replace(name, " ", 1))):
            if offered(said, self.context.now, self.context.user_zone):
                self.other = said
                if said == whole and self.called is None:
                    words.name = self.mention
                return

    def who(self, words: Words) -> Who | None:
        """Whom a line without a number may mean; to be asked when ``words`` are sorted."""
        if not self.lacks_number():
            return None
        return who_is_meant(self.text, words, self.mention, sure=not self.named_day)

    def _today(self) -> date:
        return self.context.now.astimezone(ZoneInfo(self.context.user_zone)).date()

    def _mask_mentions(self, mentions: list[Mention]) -> None:
        self._mask([Place(mention.start, mention.end) for mention in mentions])

    def _mask(self, places: list[Place]) -> None:
        for place in places:
            length = place.end - place.start
            self.text = self.text[: place.start] + mask(length) + self.text[place.end :]
