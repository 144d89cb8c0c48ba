"""Modules that not every process needs, loaded by those that do."""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module until one of its names is used.

    Beside it belongs an import for the type checker: what is used stays checked.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
