"""The comparison workload: one condition, one weight, twenty firings.

50 claim facts, 10 of them for the condition `mas`; 50 dosing facts; a rule from condition and claim to option, and one
from option, dosing fact and weight to dose. `write` makes a knowledge base of it in our language, `clips` states
the very same for CLIPS. A case of `mas` and a weight draws 10 options and 10 doses.

Drugs and numbers are made up. `python benchmarks/workload.py FOLDER` writes the knowledge base.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

CONDITIONS = ("mas", "gout", "lupus", "asthma", "sepsis")
CLAIMS_PER_CONDITION = 10
DRUGS = tuple(f"drug-{number}" for number in range(len(CONDITIONS) * CLAIMS_PER_CONDITION))
FIRINGS = 2 * CLAIMS_PER_CONDITION

CASE = {"as-of": "2026-03-01T08:00Z", "patient": {"condition": "mas", "weight": "20 kg"}}

HEAD = """\
name: comparison
version: "1"
title: The workload on which engines are compared
scope: none
intended-use: Measuring speed.
intended-user: Whoever works on this program.
release: demonstration
sources-as-of: "2026"
"""

SOURCE = """\
id: B1
kind: research
title: A made-up source
identity: verified
cite: Made up for a benchmark
"""

VOCABULARY = """\
terms:
  condition: {{{conditions}}}
  drug: {{{drugs}}}
case:
  patient:
    attributes:
      condition: {{type: term, of: condition}}
      weight: {{type: quantity, unit: kg}}
claims:
  therapy:
    fields: {{drug: {{type: term, of: drug}}, condition: {{type: term, of: condition}}}}
    required: [drug, condition]
  dosing:
    fields: {{drug: {{type: term, of: drug}}, rate: {{type: range}}, per: {{type: datum}}}}
    required: [drug, rate, per]
conclusions:
  option:
    key: {{drug: {{type: term, of: drug}}}}
  dose:
    key: {{drug: {{type: term, of: drug}}, from: {{type: text}}}}
    annotations: {{amount: first}}
"""

RULES = """\
rules:
  - id: therapy-for-the-condition
    title: A therapy is an option in the condition that its source names
    mechanism: true
    when:
      - fact: {claim: therapy, drug: $drug, condition: $condition}
      - patient: {condition: $condition}
    then:
      - option: {drug: $drug}

  - id: dose-of-an-option
    title: The dose of an option is the source's rate times the patient's weight
    mechanism: true
    when:
      - option: {drug: $drug}
      - fact: {is: $from, claim: dosing, drug: $drug, rate: $rate, per: $per}
      - datum: {is: $per, value: $measure}
    then:
      - dose: {drug: $drug, from: $from, amount: {rate: $rate, times: $measure}}
"""


def rate(number: int) -> Fraction:
    """The dose of a drug per kilogram and day, in milligrams."""
    return Fraction(2 * number + 1, 2)


def condition_of(number: int) -> str:
    """The condition that a drug is claimed for."""
    return CONDITIONS[number // CLAIMS_PER_CONDITION]


def expected_doses(weight: Fraction) -> dict[str, Fraction]:
    """The doses of a patient with `mas`, in milligrams per day."""
    return {drug: rate(number) * weight for number, drug in enumerate(DRUGS) if condition_of(number) == "mas"}


def write(folder: Path) -> Path:
    """Write the workload as a knowledge base."""
    names = {"conditions": CONDITIONS, "drugs": DRUGS}
    files = {
        "kb.yaml": HEAD,
        "sources/B1.yaml": SOURCE,
        "vocabulary/all.yaml": VOCABULARY.format(**{key: terms(words) for key, words in names.items()}),
        "facts/B1.yaml": "read-in: B1\nfacts:\n" + "".join(_facts()),
        "rules/all.yaml": RULES,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def terms(words: tuple[str, ...]) -> str:
    """Terms without labels, as an entry of the vocabulary."""
    return ", ".join(f"{word}: {{}}" for word in words)


def _facts() -> Iterator[str]:
    for number, drug in enumerate(DRUGS):
        claim = f"{{claim: therapy, drug: {drug}, condition: {condition_of(number)}}}"
        yield f"  - {{id: C{number}, quote: made up, claims: [{claim}]}}\n"
    for number, drug in enumerate(DRUGS):
        claim = f"{{claim: dosing, drug: {drug}, rate: {float(rate(number))} mg/kg/d, per: patient.weight}}"
        yield f"  - {{id: D{number}, quote: made up, claims: [{claim}]}}\n"


# CLIPS ---------------------------------------------------------------------------------------------------------------

CLIPS = """\
(deftemplate claim (slot drug) (slot condition))
(deftemplate dosing (slot drug) (slot rate))
(deftemplate patient (slot condition) (slot weight))
(deftemplate option (slot drug))
(deftemplate dose (slot drug) (slot amount))
(defrule therapy-for-the-condition
  (claim (drug ?drug) (condition ?condition)) (patient (condition ?condition))
  => (assert (option (drug ?drug))))
(defrule dose-of-an-option
  (option (drug ?drug)) (dosing (drug ?drug) (rate ?rate)) (patient (weight ?weight))
  => (assert (dose (drug ?drug) (amount (* ?rate ?weight)))))
(deffacts evidence
{evidence})
"""


def clips() -> list[str]:
    """The workload for CLIPS, construct by construct. Its numbers are floating-point."""
    claims = [f"(claim (drug {drug}) (condition {condition_of(n)}))" for n, drug in enumerate(DRUGS)]
    doses = [f"(dosing (drug {drug}) (rate {float(rate(n))}))" for n, drug in enumerate(DRUGS)]
    text = CLIPS.format(evidence="\n".join(claims + doses))
    return ["(def" + part for part in text.split("(def")[1:]]


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
