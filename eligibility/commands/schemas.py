"""The JSON Schemas of what goes in and out: a profile, a screening, an entitlement of a pack (draft 2020-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from eligibility.packs.calendar import RulePack

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TEXT = ["string", "number", "boolean"]
"""What a scalar of a pack may look like to a YAML reader that guesses types: the loader reads all of them as text."""


def profile_schema(pack: RulePack) -> dict[str, Any]:
    """Returns the schema of a profile in the vocabulary of a pack."""
    from eligibility.profile_models import profile_model

    title = f"A profile for {pack.contents.file.title.en}"
    return {"$schema": DIALECT, **profile_model(pack).model_json_schema(), "title": title}


def screening_schema() -> dict[str, Any]:
    """Returns the schema of what `screen --format json` prints for one profile."""
    from eligibility.screening import ADAPTER

    found = ADAPTER.json_schema(mode="serialization")
    for name, adapter in extras().items():
        more = adapter.json_schema(mode="serialization")
        found["$defs"] |= more.pop("$defs", {})
        found["properties"][name] = more
    return {"$schema": DIALECT, **found, "title": "A screening"}


def extras() -> dict[str, TypeAdapter[Any]]:
    """Returns what a screening has beside, when it is asked for, by name."""
    from pydantic import TypeAdapter

    from eligibility.chain import Consequence
    from eligibility.opinion import Opinion
    from eligibility.otherwise import Otherwise

    return {
        "if_granted": TypeAdapter(list[Consequence]),
        "otherwise": TypeAdapter(list[Otherwise]),
        "second_opinion": TypeAdapter(Opinion),
    }


def event_schema(pack: RulePack) -> dict[str, Any]:
    """Returns the schema of one life event for `watch`, one shape for each kind, in the vocabulary of a pack."""
    from eligibility.events import EVERY, KINDS
    from eligibility.profile_models import profile_model

    profile = profile_model(pack).model_json_schema()
    shapes: dict[str, Any] = profile.pop("$defs")
    member = shapes["Member"]
    facts = {name: shape for name, shape in member["properties"].items() if name != "id"}
    shapes |= {"Profile": profile, "Facts": {"type": "object", "additionalProperties": False, "properties": facts}}
    known: dict[str, Any] = {
        "profile": {"$ref": "#/$defs/Profile"},
        "household": {"$ref": "#/$defs/Household"},
        "members": {"type": "array", "items": {"$ref": "#/$defs/Member"}},
        "newcomer": {"$ref": "#/$defs/Member"},
        "local": {"type": "array", "items": {"type": "string"}},
        "day": {"type": "string", "format": "date"},
    }
    kinds = []
    for name, kind in KINDS.items():
        every = [each for each in EVERY if each != "case" or name != "law_changed"]
        owners = [
            *(["Facts"] if "member" in (*kind.needs, *kind.may) else []),
            *(["Household"] if "member" not in kind.needs else []),
        ]
        said: dict[str, Any] = {**known, "event": {"const": name}}
        said["facts"] = {"anyOf": [{"$ref": f"#/$defs/{owner}"} for owner in owners]}
        fields = {each: said.get(each, {"type": "string"}) for each in (*every, *kind.needs, *kind.may)}
        required = [*every, *kind.needs]
        shape = {"type": "object", "additionalProperties": False, "properties": fields, "required": required}
        kinds.append({"title": kind.label.en, **shape})
    return {"$schema": DIALECT, "title": "A life event", "oneOf": kinds, "$defs": shapes}


def change_schema() -> dict[str, Any]:
    """Returns the schema of one line that `watch` writes."""
    from eligibility.changes import ADAPTER

    return {"$schema": DIALECT, **ADAPTER.json_schema(mode="serialization"), "title": "A change"}


def pack_schema() -> dict[str, Any]:
    """Returns the schema of one entitlement's file."""
    from eligibility.packs.model import Entitlement

    found: dict[str, Any] = _as_written(Entitlement.model_json_schema())
    tiers = found["$defs"]["Benefit"]["properties"]
    tiers["amount"] = {"anyOf": [{"type": _TEXT}, tiers["amount"]]}
    gives = found["properties"]
    gives["gives"] = {
        "anyOf": [
            {"$ref": "#/$defs/Gives"},
            {"type": "object", "not": {"required": ["fact"]}, "additionalProperties": {"type": _TEXT}},
            gives["gives"],
        ]
    }
    return {"$schema": DIALECT, **found, "title": "An entitlement"}


def _as_written(shape: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Returns a schema of the model as a schema of the text: one item for a list, any scalar for a text, never null."""
    if isinstance(shape, list):
        return [_as_written(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    choices = [each for each in shape.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) == 1:
        return _as_written(choices[0])
    kind = shape.get("type")
    if kind == "array" and shape.get("items") == {"type": "string"}:
        return {"anyOf": [{"type": _TEXT}, {"type": "array", "items": {"type": _TEXT}}]}
    free = {"string": _TEXT, "integer": ["integer", "string"]}
    if kind in free and "enum" not in shape and "format" not in shape:
        shape = {**shape, "type": free[kind]}
    return {key: _as_written(value) for key, value in shape.items() if key != "default"}
