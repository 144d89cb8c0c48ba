"""What the stand-ins of all calling providers share: a wire that misbehaves, an account, a clock.

A new stand-in is a package of four small parts:

1. A ``Call`` of its own: ``first_word``, ``live_words``, ``ringing`` and ``words`` tell which
   status words a call walks through for each outcome; its methods write the JSON of the API.
2. An ``Account[ThatCall]`` of its own with a ``place(...)`` that ends in ``self.ring(ThatCall(
   number=…, created_at=self.clock(), outcome=self.outcome_for(number), …))``. Agents live here.
   ``moved`` is called when a call began or ended (for webhooks); ``forget`` is part of ``reset``.
3. An ``Api`` of its own: ``prefix``, ``base_path``, ``dial_path``, ``questions`` (paths whose POST
   only asks), ``numbers_in``, ``error_body``, ``without_ids``, and ``has_key`` where the key is no
   bearer token. Its pages are an ``aiohttp.web.RouteTableDef`` at the paths of the real API. A page
   refuses with ``raise Refusal(status, code, message)``. The page that dials finds its body in
   ``request[POST].body`` and appends each call that rang to ``request[POST].call_ids``. Counting,
   key, refusals, faults, ``/_control`` and ``/recordings/{call id}.wav`` are done around them.
4. A ``StandIn`` of its own, whose ``__init__`` says ``super().__init__(account, api, routes)`` and
   ``self.app[MY_ACCOUNT] = account``, so that pages find the account by its own type.
"""

from bot.demo.telephony.account import Account, Post
from bot.demo.telephony.api import Api, Refusal
from bot.demo.telephony.calls import Call, Outcome, iso
from bot.demo.telephony.faults import UNKNOWN_WORD, Fault, Kind
from bot.demo.telephony.misbehaving import POST
from bot.demo.telephony.server import StandIn, utc_now

__all__ = [
    "POST",
    "UNKNOWN_WORD",
    "Account",
    "Api",
    "Call",
    "Fault",
    "Kind",
    "Outcome",
    "Post",
    "Refusal",
    "StandIn",
    "iso",
    "utc_now",
]
