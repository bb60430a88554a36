"""A knowledge base to begin with: a source, a statement, two rules and three scenarios, with the words left to say."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from pathlib import Path

from engine.errors import Location, Problem, Refused
from engine.loading.files import HEAD, shown
from rulewright.authoring.form.form import in_form
from rulewright.authoring.new.mark import MARK
from rulewright.authoring.new.values import file_of

FILES = {
    "vocabulary/words.yaml": f"""\
# Every word that facts, rules and cases use. A kind of term (`measure`) may be named as you like.
terms:
  situation:
    needed: {{label: "{MARK}: in which situation the measure is needed", else: NOT_NEEDED}}
  measure:
    first-measure: {{label: "{MARK}: what is done"}}
  # Strongest first. `status` is what an option of that modality is called.
  modality:
    should: {{status: recommended}}
    may: {{status: possible}}
  status:
    recommended: {{label: the source says should}}
    possible: {{label: the source says may}}
  reason:
    NOT_NEEDED: {{label: "{MARK}: why not, where the situation is not there"}}
    SIGN_MISSING: {{label: "{MARK}: that the sign is not recorded"}}
""",
    "vocabulary/case.yaml": f"""\
# What a case may say. What it does not say is unknown.
case:
  subject:
    attributes:
      sign: {{type: boolean, label: "{MARK}: what tells the situation", missing: SIGN_MISSING}}
""",
    "vocabulary/claims.yaml": """\
# What facts can claim.
claims:
  measure:
    label: a measure in a situation
    fields:
      measure: {type: term, of: measure}
      situation: {type: term, of: situation}
    required: [measure, situation]
""",
    "vocabulary/conclusions.yaml": """\
# What rules can draw, and how the advice lays it out.
conclusions:
  situation:
    label: a situation
    key: {is: {type: term, of: situation}}
    template: "{is.label}"
  option:
    label: a measure to consider
    key: {measure: {type: term, of: measure}}
    annotations: {modality: strongest, reason: all}
    argued: against
    template: "{measure.label}"
headings:
  conclusion: option
  subject: measure
  known-by: [measure]
""",
    "sources/S1.yaml": f"""\
id: S1
kind: guideline
title: "{MARK}: the title as it is printed"
identity: unresolved
known: "{MARK}: what is known of the document; `identity: verified` and `cite` when you hold it"
""",
    "facts/S1.yaml": f"""\
# What S1 says, one atomic statement each.
read-in: S1
facts:
  - id: S1-1
    quote: "{MARK}: the exact words"
    locator: "{MARK}: where they stand"
    modality: should
    claims:
      - {{claim: measure, measure: first-measure, situation: needed}}
""",
    "rules/measures.yaml": f"""\
# From the case to situations, and from situations to the measures that facts name for them.
rules:
  - id: the-measure-is-needed
    title: "{MARK}: what the rule says, in a sentence"
    definition: true
    when:
      - subject: {{sign: true}}
    then:
      - situation: {{is: needed}}

  - id: measure-in-the-situation-its-source-names
    title: A measure is considered in the situation that its source names
    mechanism: true
    when:
      - fact: {{claim: measure, measure: $measure, situation: $situation, modality: $modality}}
      - situation: {{is: $situation}}
    then:
      - for: {{option: {{measure: $measure}}, modality: $modality}}
""",
    "scenarios/measures.yaml": """\
# Worked cases, with what their author expects from the source and not from the program.
scenarios:
  - name: the-sign-is-there
    case:
      as-of: 2026-01-01T08:00Z
      subject: {sign: true}
    expect:
      options:
        - {measure: first-measure, status: recommended, claims: [S1-1]}

  - name: the-sign-is-not-there
    like: the-sign-is-there
    set: {subject.sign: false}
    expect:
      not-supported-now:
        - {measure: first-measure, because: NOT_NEEDED}

  - name: the-sign-is-not-recorded
    like: the-sign-is-there
    without: [subject.sign]
    expect:
      undetermined:
        - {measure: first-measure, because: SIGN_MISSING}
""",
}
"""The files beside `kb.yaml`: they load, run and pass, and say nothing yet."""


def files(name: str, title: str = "") -> dict[str, str]:
    """Every file of a knowledge base to begin with, by its path."""
    from rulewright.authoring.form.page import laid_out
    from rulewright.authoring.new.mark import to_say

    head = file_of(
        {
            "name": name,
            "version": "0.1.0",
            "title": title or to_say("what it is about, as a title"),
            "scope": to_say("what it covers, and what it does not"),
            "intended-use": to_say("what it is for"),
            "intended-user": to_say("who may use it"),
            "release": "demonstration",
            "sources-as-of": to_say("to when the sources were followed"),
        }
    )
    return {"kb.yaml": laid_out(head)} | {path: in_form(text, path) for path, text in FILES.items()}


def refuse_taken(folder: Path) -> None:
    """Raise `Refused` where something stands in the place of a folder, or in it, or it is within a knowledge base."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{shown(folder)} is there already, and not empty"
        place = Location(shown(folder))
        raise Refused([Problem(place, "duplicate-id", message, "a folder that is empty, or not there yet")])
    outer = next((one for one in folder.resolve().parents if (one / HEAD).is_file()), None)
    if outer is not None:
        message = f"{shown(folder)} would be in the knowledge base {outer}, which could not be read with it"
        beside = shlex.quote(str(outer.parent / folder.name))
        hint = f"beside the other: `rulewright new kb {beside}`"
        raise Refused([Problem(Location(shown(folder)), "unknown-folder", message, "a folder outside of it", hint)])


def begin(folder: Path, content: dict[str, str]) -> None:
    """Write a knowledge base into a folder that is not there yet, or empty; all of it or nothing.

    Raises `Refused` where something stands there, or it cannot be written.
    """
    refuse_taken(folder)
    place = Location(shown(folder))
    whole = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        whole = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".", suffix=".tmp"))
        whole.chmod(0o755)
        for name, text in content.items():
            path = whole / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        whole.replace(folder)
    except OSError as error:
        message = f"the knowledge base cannot be written ({error.strerror or error})"
        raise Refused([Problem(place, "unwritable", message, "a folder that can be written to")]) from None
    finally:
        if whole is not None:
            shutil.rmtree(whole, ignore_errors=True)
