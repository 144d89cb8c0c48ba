"""Judges requests and answers by a provider's OpenAPI document, with a third party's validator."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS31Validator, oas31_format_checker

FOLDER = Path(__file__).parent / "openapi"


class Document:
    """One OpenAPI document. All its methods give the problems found, none when all is well."""

    def __init__(self, name: str) -> None:
        self._root: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))

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
            problems += self._problems(schemas[name], _typed(query[name], schemas[name]["type"]))
        return problems

    def answer_problems(self, method: str, path: str, status: int, body: Any) -> list[str]:
        """Of a JSON answer."""
        answers = self._operation(method, path)["responses"]
        declared = answers.get(str(status), answers.get("default"))
        if declared is None:
            return [f"status {status} is not declared for {method} {path}"]
        content = self._resolved(declared)["content"]["application/json"]
        return self._problems(content["schema"], body)

    def _problems(self, schema: dict[str, Any], value: Any) -> list[str]:
        rooted = {**schema, "components": self._root["components"]}
        judge = OAS31Validator(rooted, format_checker=oas31_format_checker)
        return [f"{error.json_path}: {error.message}" for error in judge.iter_errors(value)]

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for operations in self._matching(path):
            if method.lower() in operations:
                return operations[method.lower()]  # type: ignore[no-any-return]  # parsed YAML
        raise LookupError(f"{method} {path} is not in the document")

    def _matching(self, path: str) -> Iterator[dict[str, Any]]:
        for template, operations in self._root["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                yield operations

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self._root
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found  # type: ignore[no-any-return]  # parsed YAML


def _typed(text: str, kind: str) -> Any:
    if kind == "integer":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text
