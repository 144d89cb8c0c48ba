"""The vocabulary of times: every word the grammar knows, in its usual spellings."""


def listed(text: str) -> frozenset[str]:
    """The words of a list written as running text."""
    return frozenset(text.split())


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb febr",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed weds",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
LONG_WEEKDAYS = frozenset(name for name in WEEKDAYS if name.endswith("day"))
WEEKDAY_PLURALS = frozenset(f"{name}s" for name in LONG_WEEKDAYS)

UNITS = {
    unit: kind
    for kind, names in {
        "second": "second seconds sec secs s",
        "minute": "minute minutes min mins m mn mns",
        "hour": "hour hours hr hrs h",
        "day": "day days d",
        "week": "week weeks wk wks w",
        "fortnight": "fortnight fortnights",
        "month": "month months mo mos mth mths",
        "year": "year years yr yrs y",
    }.items()
    for unit in names.split()
}

AM = frozenset({"am", "a"})
PM = frozenset({"pm", "p"})
MERIDIEMS = AM | PM

# minutes of the day at which a part begins and ends
PARTS = {
    "morning": (9 * 60, 12 * 60),
    "afternoon": (12 * 60, 17 * 60),
    "evening": (17 * 60, 20 * 60),
    "night": (18 * 60, 21 * 60),
    "lunch": (12 * 60, 13 * 60),
    "first thing": (9 * 60, 10 * 60),
    "end of day": (17 * 60, 18 * 60),
    "business hours": (9 * 60, 18 * 60),
}
# minutes of the day a clock time may have beside the part: "9 in the evening", never "10am tonight"
PART_ROOM = {
    "morning": (0, 12 * 60),
    "afternoon": (12 * 60, 19 * 60),
    "evening": (16 * 60, 24 * 60),
    "night": (17 * 60, 24 * 60),
    "lunch": (11 * 60, 15 * 60),
    "first thing": (5 * 60, 12 * 60),
    "end of day": (15 * 60, 20 * 60),
    "business hours": (9 * 60, 18 * 60),
}
PART_WORDS = {
    "morning": "morning",
    "afternoon": "afternoon",
    "arvo": "afternoon",
    "evening": "evening",
    "night": "night",
    "lunch": "lunch",
    "lunchtime": "lunch",
    "eod": "end of day",
    "cob": "end of day",
    "eob": "end of day",
}

# spellings that people really type; one-letter slips of long words are found by rule
SPELLINGS = {
    "tomorow": "tomorrow",
    "tommorow": "tomorrow",
    "tommorrow": "tomorrow",
    "tomorro": "tomorrow",
    "tomoro": "tomorrow",
    "tmrw": "tomorrow",
    "tmrow": "tomorrow",
    "tmr": "tomorrow",
    "tmw": "tomorrow",
    "tmmrw": "tomorrow",
    "2morrow": "tomorrow",
    "2moro": "tomorrow",
    "tdy": "today",
    "2day": "today",
    "tonite": "tonight",
    "2nite": "tonight",
    "2night": "tonight",
    "wensday": "wednesday",
    "wendesday": "wednesday",
    "wednsday": "wednesday",
    "thrusday": "thursday",
    "tusday": "tuesday",
    "febuary": "february",
    "untill": "until",
    "till": "until",
    "til": "until",
    "thru": "through",
    "nxt": "next",
    "midnite": "midnight",
    "noontime": "noon",
    "midday": "noon",
    "noonish": "noon",
    "middday": "noon",
    "oclock": "o'clock",
    "everyday": "daily",
    "lunchtime": "lunch",
    "mornin": "morning",
    "weekends": "weekend",
    "moday": "monday",
    "monady": "monday",
    "mondy": "monday",
    "firday": "friday",
    "fryday": "friday",
    "fridy": "friday",
    "friady": "friday",
    "sunady": "sunday",
    "sundy": "sunday",
    "befor": "before",
    "todya": "today",
    "tday": "today",
    "tdoay": "today",
}
# one slip away from these is read as these: long enough that no other word is meant
SLIPPABLE = (
    "tomorrow",
    "yesterday",
    "tuesday",
    "wednesday",
    "thursday",
    "saturday",
    "tonight",
    "morning",
    "afternoon",
    "evening",
    "midnight",
    "weekend",
    "weekday",
    "weekdays",
    "january",
    "february",
    "september",
    "october",
    "november",
    "december",
    "minutes",
    "between",
)
NO_SLIP = listed(
    """mourning warning moaning mornings evenings fridays mondays tuesdays wednesdays thursdays
    saturdays sundays weekends afternoons midnights yesterdays tomorrows decembers sundae evening's
    tonights meaning therefore minuted leaving mutes befores augusta gust sundry minuets minutely
    levening weekday's evenin"""
)

# words that may stand anywhere in the time part without changing the time
FILLERS = listed(
    """please pls plz thanks thank cheers kindly at on in the a an of for to by @ ~ around about
    approx approximately roughly circa ca ish sharp exactly precisely dot prompt promptly time times
    sometime some point anytime any maybe perhaps possible if possibly ideally preferably call dial
    ring phone schedule book him her them me us it is be so just only then and also , . ; : - | / &
    !     ? or their his my your our when start somewhere  + next this coming as well too there
    during over that with day date slot window back up set can could you would like
    hi hey hello ok okay great works good fine best only zone timezone per come all through between
    calling ringing while he she they we i i'll let's lets will onwards inside
    within early-ish from until before after starting beginning"""
)
BEFORE_WORDS = frozenset({"before", "by", "until", "latest"})
AFTER_WORDS = frozenset({"after", "from", "past", "starting", "beginning", "earliest"})
VAGUE_WORDS = listed(
    """later soon whenever eventually shortly someday afterwards christmas xmas
    easter thanksgiving halloween diwali eid ramadan holi hanukkah holiday holidays birthday payday
    spring summer autumn winter dawn dusk sunrise sunset breakfast dinner supper teatime overnight
    fortnightly tbd tba ages month months year years week weeks quarter eow eom eoy eve
    valentine valentines boxing christmastime
    """
)
NEGATIONS = listed(
    """not except excluding exclude never without avoid unless dont don't won't can't cannot isn't
    doesn't didn't shouldn't neither nor besides instead rather no"""
)
EVERY_WORDS = listed(
    """every each daily weekly monthly hourly yearly annually nightly biweekly quarterly fortnightly
    recurring repeatedly mornings afternoons evenings nights"""
)
PRONOUNS = frozenset(
    {"i", "he", "she", "they", "we", "you", "it", "he's", "she's", "they're", "you're", "i'm"}
)
BEING = listed("free available back ready home around online in is are're there awake done")
SOFT_VAGUE = frozenset({"sometime", "anytime"})  # say nothing alone, and do no harm beside a time
NOW_WORDS = frozenset({"now", "asap", "immediately", "instantly", "straightaway"})
