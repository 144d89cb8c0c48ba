"""What is peculiar to the HTTP API of one provider, as far as all stand-ins must know it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from aiohttp import web


class Refusal(Exception):
    """A 4xx (or 5xx) a page wants to answer; ``Api.error_body`` writes it down."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.headers = headers or {}
        self.status = status
        self.code = code
        self.message = message
        self.details = details


class Api(ABC):
    """Recognises requests, and writes what the shared parts of a stand-in must write."""

    prefix: ClassVar[str]  # of every path of the real API, such as "/v1/"
    base_path: ClassVar[str] = ""  # what a base URL has after the host, such as "/v1"
    dial_path: ClassVar[str]
    questions: ClassVar[frozenset[str]] = frozenset()  # paths whose POST only asks

    def owns(self, path: str) -> bool:
        """Whether a path belongs to the real API."""
        return path.startswith(self.prefix)

    def is_dial(self, request: web.Request) -> bool:
        """Whether a request lets phones ring."""
        return request.method == "POST" and request.path == self.dial_path

    def is_question(self, request: web.Request) -> bool:
        """Whether a request changes nothing."""
        return request.method == "GET" or request.path in self.questions

    def has_key(self, request: web.Request, api_key: str) -> bool:
        """Whether a request carries the right key; a bearer token unless told otherwise."""
        return request.headers.get("Authorization") == f"Bearer {api_key}"

    @abstractmethod
    def numbers_in(self, body: Any) -> list[str]:
        """The numbers a dial request wants rung; ``body`` may be any JSON, or ``None``."""

    @abstractmethod
    def error_body(self, refusal: Refusal) -> Any:
        """The JSON of a refusal."""

    @abstractmethod
    def without_ids(self, body: Any) -> Any:
        """The JSON of a good answer to a dial, with no id of a call in it."""


API = web.AppKey("api", Api)
