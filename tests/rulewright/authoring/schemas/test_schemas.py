"""What the schemas refuse is wrong, what they take is what the loader takes, and those of kb/ are up to date."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from oracle.mistakes import SNIPPETS
from oracle.schemas import errors, validators
from oracle.spoilt import base, spoilt, write

from engine.errors import Refused
from engine.grounding import ground
from engine.loading import load
from engine.model.vocabulary import Vocabulary
from rulewright.authoring.scenarios import run
from rulewright.authoring.schemas import FOLDER, MAKERS, kind_of_file, modeline, schema, schema_files, schema_name

ROOT = Path(__file__).resolve().parents[4]
KB = ROOT / "kb"
KNOWLEDGE = (KB, ROOT / "tests" / "knowledge" / "pumps", ROOT / "tests" / "knowledge" / "graded")
SEEN = {
    "facts": ("missing-field", "type", "unknown-field", "unknown-term"),
    "relations": ("unknown-term",),
    "reviews": ("missing-field", "type", "unknown-term"),
    "rules": ("missing-field", "unknown-pattern", "unknown-term"),
    "sources": ("name", "unknown-term"),
}
"""Of each file of spoilt documents, the kinds of problem that a schema sees wherever they are."""


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.yaml"))


# Those of kb/ --------------------------------------------------------------------------------------------------------


def test_the_schemas_of_kb_are_what_its_vocabulary_says() -> None:
    """Otherwise: rulewright schema --all --kb kb --output kb/.schemas."""
    stored = {path.name: path.read_text(encoding="utf-8") for path in (KB / FOLDER).iterdir()}
    assert stored == schema_files(load(KB).vocabulary)


def test_each_file_of_kb_names_the_schema_of_its_kind() -> None:
    for path in files(KB):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", first)
        assert found, path
        assert (path.parent / found[1]).resolve() == KB / FOLDER / schema_name(kind_of_file(path.relative_to(KB)))
        assert modeline(path.relative_to(KB)) == first


def test_the_workspace_maps_the_same_schemas_to_the_same_files() -> None:
    settings_ = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    mapped: dict[Path, list[str]] = {}
    for file, globs in settings_["yaml.schemas"].items():
        assert (ROOT / file).is_file()
        for pattern in globs:
            for path in ROOT.glob(pattern):
                mapped.setdefault(path, []).append(Path(file).name)
    assert mapped == {path: [schema_name(kind_of_file(path.relative_to(KB)))] for path in files(KB)}


# What is accepted ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", KNOWLEDGE, ids=lambda folder: folder.name)
def test_what_loads_is_accepted(folder: Path) -> None:
    made = validators(load(folder).vocabulary)
    for validator in made.values():
        Draft7Validator.check_schema(validator.schema)
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        assert errors(made, name, path.read_text(encoding="utf-8")) == [], name


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = write({name: text for name, text in base().items() if name != "case"}, tmp_path_factory.mktemp("s"))
    return found


@settings(max_examples=150, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_loads_with_another_value_somewhere_is_accepted(small: Path, data: st.DataObject) -> None:
    """A schema refuses nothing that the loader takes: whatever stands in the place of a value."""
    path = data.draw(st.sampled_from(files(small)))
    text = path.read_text(encoding="utf-8")
    document = yaml.load(text, Loader=yaml.BaseLoader)
    places = [place for place in parts(document) if place[0] is not None]
    holder, key = data.draw(st.sampled_from(places))
    choices = [other[key_] for other, key_ in places] + SNIPPETS + [12, True, [], {}, ["a"]]
    holder[key] = data.draw(st.sampled_from(choices))
    try:
        spoilt_text = yaml.dump(document, default_flow_style=True, width=1000, allow_unicode=True)
        path.write_text(spoilt_text, encoding="utf-8")
        knowledge = load(small)
        ground(knowledge)
    except (Refused, yaml.YAMLError):
        return
    finally:
        path.write_text(text, encoding="utf-8")
    name = path.relative_to(small)
    made = validators(knowledge.vocabulary, kind_of_file(name))
    assert errors(made, name.as_posix(), spoilt_text) == []


def parts(node: Any, holder: Any = None, key: Any = None) -> list[tuple[Any, Any]]:
    """Every part of a document: what holds it, and where."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [(holder, key)] + [part for name, value in inner for part in parts(value, node, name)]


# What is refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SEEN)
def test_what_a_schema_can_see_it_refuses_where_the_loader_does(small: Path, file: str) -> None:
    made = validators(load(small).vocabulary)
    judged = 0
    for example in spoilt(f"{file}.txt"):
        for path, text in example.files.items():
            wanted = [
                (code, int(place.rsplit(":", 2)[1]))
                for code, place in example.expected
                if place.startswith(f"{path}:") and code in SEEN[file]
            ]
            if wanted and kind_of_file(Path(path)):
                lines = {line for line, _ in errors(made, path, text)}
                assert [(code, line) for code, line in wanted if line not in lines] == [], example.name
                judged += len(wanted)
    assert judged > 2


def test_a_misspelt_word_of_a_scenario_is_refused() -> None:
    path = "scenarios/initial.yaml"
    text = (KB / path).read_text(encoding="utf-8")
    made = validators(load(KB).vocabulary)
    for right, wrong in (
        ("drug: methylprednisolone", "drug: methylprednisolon"),
        ("patient.weight:", "patientt.weight:"),
        ("not-supported-now:", "not-supported:"),
        ("dose-because: WEIGHT_MISSING", "dose-because: WEIGHT_MISING"),
        ("role: initial", "rol: initial"),
        ("like: confirmed-and-untreated", "lik: confirmed-and-untreated"),
    ):
        assert right in text
        at = text.index(right)
        spoilt_text = text[:at] + wrong + text[at + len(right) :]
        assert errors(made, path, spoilt_text), wrong
    assert run(KB, ("just-below-the-cap",), engines=("compiled",))[0].passed


# What is offered -----------------------------------------------------------------------------------------------------


def test_each_term_is_offered_with_its_label(vocabulary: Vocabulary) -> None:
    offered = schema("facts", vocabulary)["definitions"]
    for kind in ("drug", "modality", "situation", "role"):
        words = {entry["const"]: entry["description"] for entry in offered[f"term-{kind}"]["oneOf"]}
        assert list(words) == list(vocabulary.terms[kind])
        for name, term in vocabulary.terms[kind].items():
            assert words[name].startswith(term.label or kind)
            assert term.note in words[name]


def test_a_claim_offers_the_fields_of_its_kind(vocabulary: Vocabulary) -> None:
    forms = schema("facts", vocabulary)["definitions"]["claim"]["allOf"]
    offered = {form["if"]["properties"]["claim"]["const"]: form["then"] for form in forms}
    assert set(offered) == set(vocabulary.claims)
    for name, kind in vocabulary.claims.items():
        assert set(offered[name]["properties"]) == {*kind.fields} | {
            "claim", "modality", "read-by", "certainty", "graded-by"
        }  # fmt: skip
        assert offered[name].get("required", []) == list(kind.required)


def test_a_new_fact_changes_no_schema(tmp_path: Path) -> None:
    """Schemas are of the vocabulary: whoever adds a fact, a rule or a scenario need not make them anew."""
    folder = write({name: text for name, text in base().items() if name != "case"}, tmp_path)
    before = schema_files(load(folder).vocabulary)
    more = "read-in: S1\nfacts:\n  - {id: F77, quote: words, not-used-by-rules: an example}\n"
    (folder / "facts" / "more.yaml").write_text(more, encoding="utf-8")
    assert schema_files(load(folder).vocabulary) == before
    assert set(before) == {f"{kind}.schema.json" for kind in MAKERS}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load(KB).vocabulary
