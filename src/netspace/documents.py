"""A user's YAML or JSON file as a mapping, and what is wrong with it in words: the file, the line, what would fit."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from re import compile as pattern
from re import findall
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from netspace.errors import NetspaceError

Place = Sequence[str | int]
"""Keys and indices that lead to a value, such as ``("steps", 1, "narrow")``."""

UNION = "<"
"""What the tag of a union's member begins with, so that it is left out where a place is said."""


class _Loader(yaml.SafeLoader):
    """YAML as most people expect it: 1e-4 is a number, no key may come twice, and numbers have a float."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.MarkedYAMLError(None, None, f"{key.value!r} is there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def construct_whole(self, node: yaml.ScalarNode) -> int:
        return _with_float(self.construct_yaml_int(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_whole)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", pattern(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"), list("-+.0123456789")
)


@dataclass(frozen=True)
class Document:
    """What a file says, and in which lines.

    Attributes:
        name: what to call it, such as ``the space file mine.yaml``.
        fields: what it says.
        tree: YAML's own nodes, which know their lines; ``None``: it is no file.
    """

    name: str
    fields: Mapping[str, Any]
    tree: Any = None

    def at(self, place: Place) -> str:
        """Says where something is: its line, if it is in a file, and what leads to it.

        Example:
            >>> Document("a mapping", {"steps": [{"fix": {"depth": 0}}]}).at(("steps", 0, "fix", "depth"))
            'step 1, fix.depth'
        """
        words = _words([part for part in place if not str(part).startswith(UNION)])
        line = self._line(place)
        return ", ".join(filter(None, [f"line {line}" if line else "", words]))

    def _line(self, place: Place) -> int | None:
        """Gives the line of the last key or item that is there."""
        node, line = self.tree, None
        for part in place:
            found = _step_into(node, part)
            if found is not None:
                key, node = found
                line = key.start_mark.line + 1
        return line


def read_document(path: str | Path, kind: str, error: type[NetspaceError]) -> Document:
    """Reads a YAML or JSON file that holds fields.

    Args:
        path: of the file.
        kind: what it is, such as ``"study file"``.
        error: raised where it cannot be read or holds no fields.
    """
    name, form = f"the {kind} {path}", "JSON" if Path(path).suffix.lower() == ".json" else "YAML"
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        fields = _read_json(text) if form == "JSON" else yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    except OSError as problem:
        raise error(f"cannot read {name}: {problem.strerror or problem}") from None
    except (yaml.YAMLError, ValueError) as problem:
        raise error(f"{name} is not {form}: {problem}") from None
    except RecursionError:
        raise error(f"{name} is nested too deeply to be read") from None
    if not isinstance(fields, Mapping):
        raise error(f"{name} holds no fields: it needs lines such as name: value")
    return Document(
        name, {str(key): value for key, value in fields.items()}, None if form == "JSON" else yaml.compose(text)
    )


def explain(document: Document, error: ValidationError, model: type[BaseModel]) -> str:
    """Says what of a document a model refuses, each with its place, what was given and what is allowed."""
    lines = [f"{document.name} cannot be used:"]
    lines += [_problem(document, problem, model) for problem in error.errors()]
    return "\n  ".join(lines)


def field_names(model: type[BaseModel]) -> list[str]:
    """Lists the fields of a model as a file calls them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def nearest(given: Any, known: Sequence[str]) -> str:
    """Gives ``did you mean NAME? `` where one of the known names is near, else nothing."""
    near = get_close_matches(str(given), known, n=1)
    return f"did you mean {near[0]}? " if near else ""


def _read_json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_unique, parse_int=lambda digits: _with_float(int(digits)))


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Makes a dict of pairs, none of which may be there twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)!r} is there twice")
    return made


def _with_float(value: int) -> int:
    """Refuses a whole number that is too large for arithmetic with others."""
    if abs(value) > sys.float_info.max:
        raise ValueError(f"{str(value)[:20]}... is too large a number")
    return value


_WORDS = {
    "string_type": "it has to be text",
    "list_type": "it has to be a list",
    "tuple_type": "it has to be a list",
    "path_type": "it has to be the path of a file",
    "dict_type": "it has to be fields, such as name: value",
    "model_type": "it has to be fields, such as name: value",
    "string_too_short": "it is empty",
    "too_short": "it is empty: give at least one",
    "too_long": "it has more than can be",
}
"""What pydantic finds, by its word for it."""


def _problem(document: Document, problem: Any, model: type[BaseModel]) -> str:
    place = problem["loc"]
    if problem["type"] == "extra_forbidden":
        known = field_names(_model_at(model, place[:-1]))
        return (
            f"{document.at(place)} is no field that is known there: {nearest(place[-1], known)}allowed are "
            f"{', '.join(known)}"
        )
    message, given = _message(problem), problem["input"]
    is_shown = problem["type"] != "missing" and isinstance(given, str | int | float | list) and "given" not in message
    shown = f" (given: {given!r:.80})" if is_shown and repr(given) not in message else ""
    where = document.at(place)
    return f"{where}: {message}{shown}" if where else f"{message}{shown}"


def _message(problem: Any) -> str:
    """Says in our words what pydantic finds."""
    if problem["type"] == "missing":
        return "it is missing"
    if problem["type"] == "literal_error":
        known = findall(r"'([^']*)'", problem["ctx"]["expected"])
        return f"{nearest(problem['input'], known)}it has to be one of {', '.join(known)}"
    if problem["type"] in _WORDS:
        return _WORDS[problem["type"]]
    return str(problem["msg"]).removeprefix("Value error, ").replace("Input should be", "it has to be")


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """Gives the model that reads what is at a place."""
    for part in place:
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        inner = next(_models(field.annotation), None) if field else None
        model = inner or model
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _words(place: Place) -> str:
    """Says a place: ``populations.0.n``, ``step 2, narrow.depth``."""
    if len(place) > 1 and place[0] == "steps" and isinstance(place[1], int):
        return ", ".join(filter(None, [f"step {place[1] + 1}", ".".join(map(str, place[2:]))]))
    return ".".join(map(str, place))


def _step_into(node: Any, part: str | int) -> tuple[Any, Any] | None:
    """Gives the node of a key, or of an item, and that of its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None
