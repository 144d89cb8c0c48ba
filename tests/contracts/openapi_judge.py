"""Judges requests and answers by a provider's OpenAPI document, with a third party's validator."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS31Validator, oas31_format_checker

FOLDER = Path(__file__).parent / "openapi"
VERBS = frozenset({"get", "post", "put", "patch", "delete"})


@dataclass(frozen=True, slots=True)
class Example:
    """An answer the document shows. ``status`` is 500 for what it calls the default."""

    operation: str  # its operationId
    name: str
    status: int
    body: Any


class Document:
    """One OpenAPI document. Methods named ``…_problems`` give those found, none if all is well."""

    def __init__(self, name: str = "", *, text: str = "") -> None:
        """A file of ``openapi/``, or ``text`` that a test holds itself."""
        written = text or (FOLDER / name).read_text("utf-8")
        self._root: dict[str, Any] = yaml.safe_load(written)

    def request_problems(self, method: str, path: str, body: Any) -> list[str]:
        """Of a JSON request body."""
        operation = self._operation(method, path)
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        return self._problems(schema, body)

    def query_problems(self, method: str, path: str, query: Mapping[str, str]) -> list[str]:
        """Of query parameters: unknown names and bad values."""
        declared = map(self._resolved, self._operation(method, path).get("parameters", []))
        schemas = {each["name"]: each["schema"] for each in declared if each["in"] == "query"}
        problems = [f"{name} is not a parameter" for name in query if name not in schemas]
        for name in query.keys() & schemas.keys():
            kind = self._resolved(schemas[name]).get("type", "string")
            problems += self._problems(schemas[name], _typed(query[name], kind))
        return problems

    def path_problems(self, method: str, path: str) -> list[str]:
        """Of the parts of a path that are parameters."""
        problems: list[str] = []
        for parameter in map(self._resolved, self._operation(method, path).get("parameters", [])):
            if parameter["in"] == "path":
                text = self._parts(path)[parameter["name"]]
                problems += self._problems(parameter["schema"], text)
        return problems

    def header_problems(self, headers: Mapping[str, str]) -> list[str]:
        """Of what its security schemes require in headers; one of the alternatives is enough."""
        wanted = [name for each in self._root.get("security", []) for name in each]
        schemes = [self._root["components"]["securitySchemes"][name] for name in wanted]
        if not schemes or any(_is_told(scheme, headers) for scheme in schemes):
            return []
        return [f"none of these is in the headers: {', '.join(wanted)}"]

    def answer_problems(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """Of a JSON answer."""
        answers = self._operation(method, path)["responses"]
        declared = answers.get(str(status), answers.get("default"))
        if declared is None:
            return [f"status {status} is not declared for {method} {path}"]
        content = self._resolved(declared)["content"]["application/json"]
        return self._problems(content["schema"], body)

    def examples(self) -> list[Example]:
        """Every answer it shows, good ones and errors."""
        return [
            Example(operation["operationId"], name, _number(status), shown["value"])
            for _, operation in self._operations()
            for status, answer in operation["responses"].items()
            for name, shown in _shown(self._resolved(answer)).items()
        ]

    def pages(self) -> set[str]:
        """Verb and path of every operation, with parameters as ``{}``."""
        return {f"{verb} {re.sub(r'{.*?}', '{}', path)}" for (verb, path), _ in self._operations()}

    def _problems(self, schema: dict[str, Any], value: Any) -> list[str]:
        rooted = {**schema, "components": self._root["components"]}
        judge = OAS31Validator(rooted, format_checker=oas31_format_checker)
        return [f"{error.json_path}: {error.message}" for error in judge.iter_errors(value)]

    def _operations(self) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
        for path, operations in self._root["paths"].items():
            for verb in VERBS & operations.keys():
                yield (verb.upper(), path), operations[verb]

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for (verb, template), operation in self._operations():
            if verb == method and re.fullmatch(_pattern(template), path):
                return operation
        raise LookupError(f"{method} {path} is not in the document")

    def _parts(self, path: str) -> dict[str, str]:
        matches = (re.fullmatch(_pattern(template), path) for template in self._root["paths"])
        return next(match.groupdict() for match in matches if match)

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self._root
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found  # type: ignore[no-any-return]  # parsed YAML


def _pattern(template: str) -> str:
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)


def _shown(answer: Mapping[str, Any]) -> dict[str, Any]:
    content = answer.get("content", {}).get("application/json", {})
    examples: dict[str, Any] = content.get("examples", {})
    return examples | ({"example": {"value": content["example"]}} if "example" in content else {})


def _number(status: str) -> int:
    return 500 if status == "default" else int(status)


def _is_told(scheme: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    if scheme["type"] == "http":
        kind, _, secret = headers.get("Authorization", "").partition(" ")
        return kind.lower() == scheme["scheme"].lower() and bool(secret)
    return scheme["type"] == "apiKey" and scheme["in"] == "header" and scheme["name"] in headers


def _typed(text: str, kind: str) -> Any:
    if kind == "integer":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text
