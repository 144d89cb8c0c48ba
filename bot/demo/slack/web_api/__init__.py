"""The Web API of the stand-in: one file per family of methods, each with its own table."""

from bot.demo.slack.web_api import chat, conversations, files, misc, users, views
from bot.demo.slack.web_api.arguments import Method

METHODS: dict[str, Method] = {
    **chat.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
    **files.METHODS,
    **misc.METHODS,
}
