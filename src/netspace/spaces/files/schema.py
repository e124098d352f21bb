"""The form of a space file as a JSON schema, by which editors check and complete it."""

from collections.abc import Sequence
from typing import Any

from netspace.complexity.batch import NETWORK_COLUMNS
from netspace.families import BLOCKS
from netspace.spaces.components import LINE
from netspace.spaces.files.form import SpaceFile
from netspace.spaces.operations import STAGE_ATTRIBUTES
from netspace.spaces.published import list_spaces
from netspace.spaces.training import TRAINING_PARAMETERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

PARAMETERS = tuple(dict.fromkeys((*STAGE_ATTRIBUTES, *LINE, *NETWORK_COLUMNS, *TRAINING_PARAMETERS)))
"""Names that parameters may have; a stage's also with its number."""

_OF_ONE_STAGE = f"^({'|'.join(STAGE_ATTRIBUTES)})_[1-9][0-9]*$"


def space_schema() -> dict[str, Any]:
    """Gives the JSON schema (draft 2020-12) of space files.

    An editor completes steps, parameters and options by it, as a file's first line says:
    ``# yaml-language-server: $schema=space.schema.json``.

    Example:
        >>> schema = space_schema()
        >>> sorted(schema["$defs"]["Step"]["properties"])[:4]
        ['change', 'fix', 'named', 'narrow']
    """
    schema = _without_null(SpaceFile.model_json_schema(by_alias=True))
    parts = schema["$defs"]
    parts["Step"] |= {"minProperties": 1, "maxProperties": 1}
    for name in ("narrow", "fix", "vary"):
        _name_parameters(parts["Step"]["properties"][name])
    _name_parameters(schema["properties"]["parameters"])
    _suggest(schema["properties"]["from"], list_spaces())
    schema["properties"]["imports"] = _one_or_many(schema["properties"]["imports"])
    for holder in (schema, parts["NetworkSection"]):
        _suggest(holder["properties"]["block"], list(BLOCKS))
    origin = [{"required": ["from"]}, {"required": ["parameters"]}]
    return {"$schema": DIALECT, **schema, "oneOf": origin}


def _without_null(node: Any) -> Any:
    """Leaves out null where it only stands for a field that is not there."""
    if isinstance(node, list):
        return [_without_null(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _without_null(value) for key, value in node.items() if not (key == "default" and value is None)}
    members = [each for each in node.get("anyOf", []) if each != {"type": "null"}]
    if len(members) == 1 and len(node["anyOf"]) == 2:
        return members[0] | {key: value for key, value in node.items() if key != "anyOf"}
    return node


def _name_parameters(field: dict[str, Any]) -> None:
    """Says the names that parameters may have, so that editors complete them."""
    values = field.pop("additionalProperties")
    field["properties"] = dict.fromkeys(PARAMETERS, values)
    field["patternProperties"] = {_OF_ONE_STAGE: values}
    field["additionalProperties"] = False


def _one_or_many(field: dict[str, Any]) -> dict[str, Any]:
    said = {key: field.pop(key) for key in ("title", "description", "default") if key in field}
    return said | {"anyOf": [field["items"], field]}


def _suggest(field: dict[str, Any], words: Sequence[str]) -> None:
    """Lets editors complete a word that may also be another."""
    field["anyOf"] = [{"enum": list(words)}, {"type": field.pop("type")}]
