"""HighLevel's OpenAPI documents, as a judge of requests and answers.

The published files stay as they are; what is invalid in them, or contradicts their own examples, is put right in memory
by the patches in `patches.py`. Requests are judged more strictly than the documents say: HighLevel refuses properties
that it does not know, so an unknown one is an error.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.contract.patches import PATCHES

NAMES = ("social-planner", "oauth", "locations", "users", "medias")
METHODS = ("get", "post", "put", "patch", "delete")

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_instant(value: object) -> bool:
    """Whether a text is a timestamp with a zone."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@dataclass(frozen=True)
class DocumentedOperation:
    """One operation of a document. `document` is its name, `spec` what the document says."""

    name: str
    document: str
    method: str
    path: str
    spec: dict[str, Any]

    def path_values(self, path: str) -> dict[str, str] | None:
        """The values of the path's parameters, or None when the path is another's."""
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return None if found is None else {name: unquote(value) for name, value in found.groupdict().items()}

    def parameters(self, place: str) -> list[dict[str, Any]]:
        """The parameters in "path", "query" or "header"."""
        return [one for one in self.spec.get("parameters", []) if one["in"] == place]


class Contract:
    """All documents of a folder, patched."""

    def __init__(self, folder: Path) -> None:
        self.operations: dict[str, DocumentedOperation] = {}
        self._validators: dict[str, Draft202012Validator] = {}
        registry: Registry[Any] = Registry()
        for name in NAMES:
            document = json.loads((folder / f"{name}.openapi.json").read_text())
            for patch in PATCHES:
                if patch.document in (name, "*"):
                    patch.apply(document)
            _nullable(document)
            registry = registry.with_resource(f"answers:{name}", DRAFT202012.create_resource(_answers(document)))
            registry = registry.with_resource(f"requests:{name}", DRAFT202012.create_resource(_requests(document)))
            for path, methods in document["paths"].items():
                for method in METHODS:
                    if method in methods:
                        self._add(
                            DocumentedOperation(
                                methods[method]["operationId"], name, method.upper(), path, methods[method]
                            )
                        )
        self._registry = registry

    def _add(self, operation: DocumentedOperation) -> None:
        assert operation.name not in self.operations, f"{operation.name} is documented twice"
        self.operations[operation.name] = operation

    def operation_of(self, method: str, path: str) -> tuple[DocumentedOperation, dict[str, str]] | None:
        """The operation behind a request line; a path without parameters in a place wins over one with."""
        found = []
        for operation in self.operations.values():
            if operation.method == method:
                values = operation.path_values(path)
                if values is not None:
                    found.append((operation, values))
        return min(found, key=lambda pair: len(pair[1]), default=None)

    def request_faults(
        self,
        operation: DocumentedOperation,
        *,
        path: Mapping[str, str],
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: Any,
        has_body: bool,
        content_type: str,
    ) -> Iterator[str]:
        """What is wrong with a request; nothing when all is well. `headers` have lower-case names."""
        for place, given in (("path", path), ("query", query), ("header", headers)):
            yield from self._parameter_faults(operation, place, given)
        known = {one["name"] for one in operation.parameters("query")}
        yield from (f"query {name}: not documented" for name in query if name not in known)
        if operation.spec.get("security") and not headers.get("authorization", "").startswith("Bearer "):
            yield "header Authorization: missing"
        yield from self._body_faults(operation, path, body, has_body, content_type)

    def _parameter_faults(self, operation: DocumentedOperation, place: str, given: Mapping[str, str]) -> Iterator[str]:
        for parameter in operation.parameters(place):
            name = parameter["name"].lower() if place == "header" else parameter["name"]
            if name not in given:
                if parameter.get("required"):
                    yield f"{place} {name}: missing"
                continue
            value = _typed(given[name], parameter.get("schema", {}))
            validator = self._validator("requests", operation.document, parameter.get("schema", {}))
            yield from (f"{place} {name}: {error.message}" for error in validator.iter_errors(value))

    def _body_faults(
        self, operation: DocumentedOperation, path: Mapping[str, str], body: Any, has_body: bool, content_type: str
    ) -> Iterator[str]:
        documented = operation.spec.get("requestBody")
        if documented is None:
            if has_body:
                yield "body: none is documented"
            return
        media = documented["content"].get(content_type)
        if media is None:
            yield f"body: {content_type or 'no content type'} is not one of {list(documented['content'])}"
            return
        schema = _of_platform(media["schema"], path)
        yield from _messages(self._validator("requests", operation.document, schema), body, "body")

    def answer_faults(
        self, operation: DocumentedOperation, *, status: int, path: Mapping[str, str], body: Any, content_type: str
    ) -> Iterator[str]:
        """What is wrong with an answer. A status of 2xx must be documented; others only where a schema is given."""
        documented = operation.spec["responses"].get(str(status))
        if documented is None:
            if status < 400:
                yield f"status {status}: not one of {list(operation.spec['responses'])}"
            return
        content = documented.get("content")
        if content is None:
            return
        if content_type not in content:
            yield f"content type {content_type}: not one of {list(content)}"
            return
        schema = _of_platform(content[content_type]["schema"], path)
        yield from _messages(self._validator("answers", operation.document, schema), body, "answer")

    def takes_json(self, operation: DocumentedOperation) -> bool:
        """Whether JSON is the only form of the request body."""
        return list(operation.spec.get("requestBody", {}).get("content", {})) == ["application/json"]

    def body_properties(self, operation: DocumentedOperation) -> set[str]:
        """The names of the top-level properties of the request body, over all its alternatives."""
        names: set[str] = set()
        for media in operation.spec.get("requestBody", {}).get("content", {}).values():
            for alternative in _alternatives(media["schema"]):
                names |= set(self._resolved(operation.document, alternative).get("properties", {}))
        return names

    def _resolved(self, document: str, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in schema:
            return schema
        resolver = self._registry.resolver(f"requests:{document}")
        found: dict[str, Any] = resolver.lookup(schema["$ref"]).contents
        return found

    def _validator(self, side: str, document: str, schema: dict[str, Any]) -> Draft202012Validator:
        key = f"{side}:{document}:{json.dumps(schema, sort_keys=True)}"
        if key not in self._validators:
            anchored = json.loads(json.dumps(schema).replace('"#/', f'"{side}:{document}#/'))
            if side == "requests":
                anchored = _closed(anchored)
            self._validators[key] = Draft202012Validator(anchored, registry=self._registry, format_checker=formats)
        return self._validators[key]


@cache
def load_contract(folder: str) -> Contract:
    """The documents of a folder. A missing file is an error: the folder was named on purpose."""
    return Contract(Path(folder))


def _messages(validator: Draft202012Validator, value: Any, where: str) -> Iterator[str]:
    for error in validator.iter_errors(value):
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        yield f"{where}{place}: {error.message[:300]}"


def _of_platform(schema: dict[str, Any], path: Mapping[str, str]) -> dict[str, Any]:
    """One alternative where the documents offer one for each network (see the patches)."""
    by_platform = schema.get("x-by-platform")
    if by_platform is None:
        return schema
    chosen: dict[str, Any] = by_platform[path["platform"]]
    return chosen


def _alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "x-by-platform" in schema:
        return list(schema["x-by-platform"].values())
    return [schema]


def _answers(document: dict[str, Any]) -> dict[str, Any]:
    return {"components": document["components"]}


def _requests(document: dict[str, Any]) -> dict[str, Any]:
    return {"components": _closed(copy.deepcopy(document["components"]))}


def _closed(node: Any) -> Any:
    """Every object with named properties takes no others."""
    if isinstance(node, list):
        return [_closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def _nullable(node: Any) -> None:
    """OpenAPI's `nullable` in JSON Schema's words."""
    if isinstance(node, list):
        for one in node:
            _nullable(one)
    elif isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        for one in node.values():
            _nullable(one)


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    """A query or path value as what its schema calls it."""
    kind = schema.get("type")
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
