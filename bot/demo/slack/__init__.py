"""A local stand-in for Slack: strict like Slack, movable in time, and breakable on purpose."""

from bot.demo.slack.errors import Refused
from bot.demo.slack.messages import Message
from bot.demo.slack.modals import View
from bot.demo.slack.stand_in import SlackStandIn
from bot.demo.slack.validation import problems_of_message, problems_of_view
from bot.demo.slack.workspace import Delivery
from bot.demo.slack.world import World, acme

__all__ = [
    "Delivery",
    "Message",
    "Refused",
    "SlackStandIn",
    "View",
    "World",
    "acme",
    "problems_of_message",
    "problems_of_view",
]
