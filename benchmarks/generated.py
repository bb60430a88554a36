"""A generated knowledge base: 50 diseases, with 200 facts and 40 rules each, make 10,000 facts and 2,000 rules.

Drugs, classes and laboratory values are shared between diseases, so that a rule reaches statements of other sources
than its own. The rules test data, join two and three fact patterns, derive situations from situations over several
strata, negate, count, choose items of a list, and argue for and against options. The same seed gives the same text.

`python benchmarks/generated.py FOLDER [DISEASES]` writes it.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DISEASES = 50
FACTS_OF_EACH, RULES_OF_EACH = 200, 40
SEED = 20260301

ROLES = ("first", "second", "third", "rescue")
UNITS = ("mg/dL", "U/L", "ng/mL", "10*9/L", "mmol/L", "g/L")
LABS, FINDINGS, DISEASES_IN_A_GROUP, DRUGS_OF_EACH, SITUATIONS_OF_EACH = 40, 20, 5, 8, 28
NORMAL, HIGH = 10, 100
"""Laboratory values below and above every threshold."""

HEAD = """\
name: generated
version: "1"
title: A generated knowledge base
scope: none
intended-use: Measuring speed.
intended-user: Whoever works on this program.
release: demonstration
sources-as-of: "2026"
"""

VOCABULARY = """\
terms:
  group: {{{groups}}}
  disease: {{{diseases}}}
  drug: {{{drugs}}}
  class: {{{classes}}}
  role: {{{roles}}}
  situation: {{{situations}}}
  caution: {{{cautions}}}
  care: {{{cares}}}
  modality: {{should: {{}}, may: {{}}}}
  reason: {{NOT_THIS_DISEASE: {{}}, GIVEN_ALREADY: {{}}, NOT_WITH_THIS: {{}}}}
case:
  patient:
    attributes:
      weight: {{type: quantity, unit: kg}}
      height: {{type: quantity, unit: cm}}
      disease: {{type: term, of: disease}}
      requested: {{type: set of terms, of: drug, absent: empty}}
  labs:
    attributes: {{{labs}}}
  findings:
    attributes: {{{findings}}}
  courses:
    item: course
    key: [drug, started]
    order: started
    attributes:
      drug: {{type: term, of: drug, required: true}}
      started: {{type: time}}
      stopped: {{type: time, absent: never}}
      response: {{type: one of, of: [adequate, inadequate]}}
      elapsed: {{type: quantity, unit: h, since: started}}
claims:
  therapy:
    fields: {{drug: {{type: term, of: drug}}, role: {{type: term, of: role}}, situation: {{type: term, of: situation}}}}
    required: [drug, role, situation]
  dosing:
    fields:
      drug: {{type: term, of: drug}}
      role: {{type: term, of: role}}
      rate: {{type: range}}
      per: {{type: datum}}
    required: [drug, role, rate, per]
  member:
    fields: {{member: {{type: term, of: drug}}, class: {{type: term, of: class}}}}
    required: [member, class]
  threshold:
    fields:
      disease: {{type: term, of: disease}}
      datum: {{type: datum}}
      limit: {{type: range}}
      situation: {{type: term, of: situation}}
    required: [disease, datum, limit, situation]
  caution:
    fields: {{caution: {{type: term, of: caution}}, situation: {{type: term, of: situation}}}}
    required: [caution, situation]
  interaction:
    fields: {{of: {{type: term, of: drug}}, with: {{type: term, of: drug}}}}
    required: [of, with]
  care:
    fields: {{care: {{type: term, of: care}}, finding: {{type: datum}}, disease: {{type: term, of: disease}}}}
    required: [care, finding, disease]
conclusions:
  situation: {{key: {{is: {{type: term, of: situation}}}}}}
  failed: {{key: {{drug: {{type: term, of: drug}}}}}}
  option:
    key: {{drug: {{type: term, of: drug}}, role: {{type: term, of: role}}}}
    annotations: {{modality: strongest, reason: all}}
    argued: against
  dose:
    key: {{drug: {{type: term, of: drug}}, role: {{type: term, of: role}}, from: {{type: text}}}}
    annotations: {{amount: first}}
  caution: {{key: {{is: {{type: term, of: caution}}}}}}
  care: {{key: {{is: {{type: term, of: care}}}}}}
  interacts: {{key: {{of: {{type: term, of: drug}}, with: {{type: term, of: drug}}}}}}
quantities:
  body-surface-area:
    formula: sqrt(patient.height[cm] * patient.weight[kg] / 3600)
    unit: m2
    because: [F0-0]
"""


@dataclass(frozen=True)
class Disease:
    """What the facts and rules of one disease are about."""

    number: int
    drugs: tuple[str, ...]
    labs: tuple[str, ...]
    findings: tuple[str, ...]
    name: str = field(init=False)
    classes: tuple[str, str] = field(init=False)
    situations: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        n = self.number
        object.__setattr__(self, "name", f"disease-{n}")
        object.__setattr__(self, "classes", (f"class-{n}-a", f"class-{n}-b"))
        object.__setattr__(self, "situations", tuple(f"s{n}-{k}" for k in range(SITUATIONS_OF_EACH)))

    def members(self, side: int) -> tuple[str, ...]:
        """The drugs of one of its two classes."""
        return self.drugs[:10] if side == 0 else self.drugs[2:]


def diseases(count: int = DISEASES, seed: int = SEED) -> list[Disease]:
    """The diseases: each has drugs of its own and shares some of others'."""
    chance = random.Random(seed)
    every = _drugs(count)
    found = []
    for n in range(count):
        own = every[n * DRUGS_OF_EACH : (n + 1) * DRUGS_OF_EACH]
        others = [drug for drug in every if drug not in own] or [f"drug-{DRUGS_OF_EACH + k}" for k in range(4)]
        found.append(
            Disease(
                n,
                (*own, *chance.sample(others, 4)),
                tuple(f"labs.lab-{(7 * n + k) % LABS}" for k in range(7)),
                tuple(f"findings.finding-{(3 * n + k) % FINDINGS}" for k in range(3)),
            )
        )
    return found


def _drugs(count: int) -> list[str]:
    return [f"drug-{n}" for n in range(max(count, 2) * DRUGS_OF_EACH)]


def write(folder: Path, count: int = DISEASES, seed: int = SEED) -> Path:
    """Write the knowledge base of so many diseases."""
    files = {"kb.yaml": HEAD, "vocabulary/all.yaml": _vocabulary(count)}
    for disease in diseases(count, seed):
        n = disease.number
        facts = list(_facts(disease, random.Random(f"{seed} facts {n}")))
        rules = list(_rules(disease))
        assert len(facts) == FACTS_OF_EACH, len(facts)
        assert len(rules) == RULES_OF_EACH, len(rules)
        for kind in ("guideline", "label", "research"):
            files[f"sources/{kind}-{n}.yaml"] = (
                f"id: {kind}-{n}\nkind: {kind}\ntitle: Made up\nidentity: verified\ncite: Made up\n"
            )
        for kind, some in (("guideline", facts[::2]), ("label", facts[1::2])):
            files[f"facts/{kind}-{n}.yaml"] = f"read-in: {kind}-{n}\nfacts:\n" + "".join(some)
        files[f"rules/disease-{n}.yaml"] = "rules:\n" + "".join(rules)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _vocabulary(count: int) -> str:
    every = diseases(count)
    groups = sorted({_group(disease) for disease in every})
    parts = {
        "groups": _terms(groups),
        "diseases": _terms(groups) + ", " + ", ".join(f"{d.name}: {{is-a: {_group(d)}}}" for d in every),
        "drugs": _terms(_drugs(count)),
        "classes": _terms(name for disease in every for name in disease.classes),
        "roles": _terms(ROLES),
        "situations": _terms(name for disease in every for name in disease.situations),
        "cautions": _terms(f"caution-{disease.number}-{k}" for disease in every for k in range(10)),
        "cares": _terms(f"care-{disease.number}-{k}" for disease in every for k in range(10)),
        "labs": ", ".join(f"lab-{k}: {{type: quantity, unit: {UNITS[k % len(UNITS)]}}}" for k in range(LABS)),
        "findings": ", ".join(f"finding-{k}: {{type: finding}}" for k in range(FINDINGS)),
    }
    return VOCABULARY.format(**parts)


def _terms(words: object) -> str:
    return ", ".join(f"{word}: {{}}" for word in words)  # type: ignore[attr-defined]


def _group(disease: Disease) -> str:
    return f"group-{disease.number // DISEASES_IN_A_GROUP}"


def _unit(lab: str) -> str:
    return UNITS[int(lab.rpartition("-")[2]) % len(UNITS)]


# Facts ---------------------------------------------------------------------------------------------------------------


_NUMBER = re.compile(r"(?:rate: |limit: |[<>]=? |at_(?:least|most): |points: -?)([0-9][^,}\"]*)")

_FORMULA = ("3600",)
"""What the fact that warrants the declared quantity, the first of all, says beside."""


def _facts(disease: Disease, chance: random.Random) -> Iterator[str]:
    """Each fact says the numbers of its claim, and those of the rule that it warrants."""
    warranted = [" ".join((*when, *unless)) for when, unless, _ in _bodies(disease)]
    for number, claim in enumerate(_claims(disease, chance)):
        written = claim + (warranted[number] if number < len(warranted) else "")
        said = "".join(f", {amount}" for amount in dict.fromkeys([*_NUMBER.findall(written), *_FORMULA[number:]]))
        yield (
            f"  - id: F{disease.number}-{number}\n"
            f'    quote: "statement {number} on the disease {disease.number}, word for word{said}"\n'
            f"    locator: chapter {number // 10}, statement {number}\n"
            f"    cites: [research-{disease.number}]\n"
            f"    modality: {chance.choice(('should', 'may'))}\n"
            f"    claims:\n      - {{{claim}}}\n"
        )


def _claims(disease: Disease, chance: random.Random) -> Iterator[str]:
    s, n = disease.situations, disease.number
    for k in range(60):  # each drug in each role once, so that every rule finds one; the situations are drawn
        drug, role = disease.drugs[k % 12], ROLES[k // 12 % 4]
        yield f"claim: therapy, drug: {drug}, role: {role}, situation: {s[0] if k < 24 else chance.choice(s)}"
    for k in range(40):
        measure, rate = chance.choice((("patient.weight", "mg/kg/d"), ("body-surface-area", "mg/m2/d")))
        low = chance.randint(1, 40)
        range_ = chance.choice((f"{low}", f"{low}-{low + chance.randint(1, 9)}"))
        drug, role = disease.drugs[k % 10], ROLES[k % 4]
        yield f"claim: dosing, drug: {drug}, role: {role}, rate: {range_} {rate}, per: {measure}"
    for side in (0, 1):
        for drug in disease.members(side):
            yield f"claim: member, member: {drug}, class: {disease.classes[side]}"
    for k in range(20):
        lab = chance.choice(disease.labs)
        limit = f"{chance.randint(NORMAL + 1, HIGH)} {_unit(lab)}"
        yield f"claim: threshold, disease: {disease.name}, datum: {lab}, limit: {limit}, situation: {s[9 + k % 4]}"
    for k in range(20):
        yield f"claim: caution, caution: caution-{n}-{k % 10}, situation: {s[0] if k == 0 else chance.choice(s)}"
    for k in range(20):
        of, other = chance.sample(disease.members(0), 2) if k else disease.drugs[:2]
        yield f"claim: interaction, of: {of}, with: {other}"
    for k in range(20):
        yield f"claim: care, care: care-{n}-{k % 10}, finding: {disease.findings[k % 3]}, disease: {disease.name}"


# Rules ---------------------------------------------------------------------------------------------------------------


def _rules(disease: Disease) -> Iterator[str]:
    n = disease.number
    for number, (when, unless, then) in enumerate(_bodies(disease)):
        warrant = "mechanism: true" if any("fact:" in part for part in when) else f"because: [F{n}-{number}]"
        yield (
            f"  - id: disease-{n}-rule-{number}\n    title: Rule {number} on the disease {n}\n"
            f"    {warrant}\n    when:\n"
            + "".join(f"      - {part}\n" for part in when)
            + ("    unless:\n" + "".join(f"      - {part}\n" for part in unless) if unless else "")
            + f"    then:\n      - {then}\n"
        )


Body = tuple[list[str], list[str], str]


def _bodies(disease: Disease) -> Iterator[Body]:
    yield from _data(disease)
    yield from _derived(disease)
    yield from _therapies(disease)
    yield from _items(disease)
    yield from _others(disease)


def _is(name: str) -> str:
    return f"situation: {{is: {name}}}"


def _high(path: str, limit: int = 50) -> str:
    section, _, lab = path.partition(".")
    return f'{section}: {{{lab}: "> {limit} {_unit(lab)}"}}'


def _data(disease: Disease) -> Iterator[Body]:
    """13 rules that test data: the disease, laboratory values, a finding, and the thresholds that claims state."""
    s = disease.situations
    has = f"patient: {{disease: {disease.name}}}"
    yield [has + "\n        else: NOT_THIS_DISEASE"], [], _is(s[0])
    for k, lab in enumerate(disease.labs, 1):
        yield [has if k % 2 else _is(s[0]), _high(lab, 40 + k)], [], _is(s[k])
    section, _, finding = disease.findings[0].partition(".")
    yield [has, f"{section}: {{{finding}: true}}"], [], _is(s[8])
    for k in range(9, 13):
        claim = f"{{claim: threshold, disease: {disease.name}, datum: $datum, limit: $limit, situation: {s[k]}}}"
        yield [f"fact: {claim}", has, 'datum: {is: $datum, value: ">= $limit"}'], [], _is(s[k])


def _derived(disease: Disease) -> Iterator[Body]:
    """11 rules from situations to situations: conjunctions one above the other, negations, a count."""
    s = disease.situations
    for k in range(13, 19):
        yield [_is(s[k - 12]), _is(s[k - 4] if k > 15 else s[k - 11])], [], _is(s[k])
    for k in range(19, 23):
        yield [_is(s[k - 18])], [_is(s[k - 4])], _is(s[k])
    members = ", ".join(f"{{{_is(s[k])}}}" for k in (1, 3, 8, 13, 19))
    yield [f"count: {{at_least: 2, of: [{members}]}}"], [], _is(s[23])


def _therapies(disease: Disease) -> Iterator[Body]:
    """7 rules that join facts: claims and membership to arguments for options, options and doses to amounts."""
    member = f"fact: {{claim: member, class: {disease.classes[0]}, member: $drug}}"
    for role in ROLES:
        claim = f"fact: {{claim: therapy, drug: $drug, role: {role}, situation: $situation, modality: $modality}}"
        yield (
            [member, claim, _is(disease.situations[0]), _is("$situation")],
            ["failed: {drug: $drug}\n        when_true: GIVEN_ALREADY"],
            f"for: {{option: {{drug: $drug, role: {role}}}, modality: $modality}}",
        )
    for role in ROLES[:3]:
        yield (
            [
                member,
                f"fact: {{claim: therapy, drug: $drug, role: {role}}}",
                f"fact: {{is: $from, claim: dosing, drug: $drug, role: {role}, rate: $rate, per: $per}}",
                f"option: {{drug: $drug, role: {role}}}",
                "datum: {is: $per, value: $measure}",
            ],
            [],
            f"dose: {{drug: $drug, role: {role}, from: $from, amount: {{rate: $rate, times: $measure}}}}",
        )


def _items(disease: Disease) -> Iterator[Body]:
    """4 rules that choose items of a list."""
    s, drugs = disease.situations, disease.drugs
    member = f"fact: {{claim: member, class: {disease.classes[0]}, member: $drug}}"
    yield [member, "course: {drug: $drug, response: inadequate}"], [], "failed: {drug: $drug}"
    yield [_is(s[0]), f"course: {{drug: {{class: {disease.classes[1]}}}}}"], [], _is(s[24])
    yield (
        [
            f"course: {{is: $course, drug: {drugs[0]}, order: first}}",
            'test: {$course.elapsed: ">= 24 h"}',
            "test: {$course.response: inadequate}",
        ],
        [],
        _is(s[25]),
    )
    yield (
        [
            f"course: {{is: $one, drug: {drugs[0]}}}",
            f"course: {{is: $other, drug: {drugs[1]}}}",
            'test: {$other.started: "> $one.started"}',
        ],
        [],
        _is(s[26]),
    )


def _others(disease: Disease) -> Iterator[Body]:
    """5 rules: cautions, interactions, care, an argument against, and a group of diseases."""
    s = disease.situations
    any_of = f"{{is: $situation, any_of: [{', '.join(s)}]}}"
    caution = f"fact: {{claim: caution, caution: $caution, situation: {any_of}}}"
    yield [caution, _is("$situation")], [], "caution: {is: $caution}"
    yield (
        [
            f"fact: {{claim: member, class: {disease.classes[0]}, member: $of}}",
            "fact: {claim: interaction, of: $of, with: $with}",
            "option: {drug: $of, role: first}",
            "course: {drug: $with, stopped: unknown}",
        ],
        [],
        "interacts: {of: $of, with: $with}",
    )
    yield (
        [
            f"fact: {{claim: care, care: $care, finding: $finding, disease: {disease.name}}}",
            f"patient: {{disease: {disease.name}}}",
            "datum: {is: $finding, value: true}",
        ],
        [],
        "care: {is: $care}",
    )
    yield (
        [
            f"fact: {{claim: member, class: {disease.classes[1]}, member: $drug}}",
            "patient: {requested: $drug}",
            _is(s[20]),
        ],
        [],
        "against: {option: {drug: $drug, role: second}, reason: NOT_WITH_THIS}",
    )
    yield [f"patient: {{disease: {{within: {_group(disease)}}}}}", _high(disease.labs[6])], [], _is(s[27])


# Cases ---------------------------------------------------------------------------------------------------------------


def cases(number: int, count: int = DISEASES, seed: int = SEED) -> list[str]:
    """Random cases as text, of each disease in turn, mild to severe, some data missing; 2,000 fire every rule."""
    every = diseases(count, seed)
    chance = random.Random(f"{seed} cases")
    return [json.dumps(_case(every[n % count], chance)) for n in range(number)]


def _case(disease: Disease, chance: random.Random) -> dict[str, object]:
    severity = chance.choice((0.4, 0.6, 0.9))
    labs = {}
    for path in disease.labs:
        lab = path.partition(".")[2]
        if chance.random() < 0.9:
            labs[lab] = f"{HIGH + 1 if chance.random() < severity else NORMAL} {_unit(lab)}"
    findings = {
        path.partition(".")[2]: chance.random() < severity for path in disease.findings if chance.random() < 0.9
    }
    patient = {
        "disease": disease.name,
        "weight": f"{chance.randint(5, 90)} kg",
        "height": f"{chance.randint(60, 190)} cm",
    }
    for name in ("weight", "height"):
        if chance.random() < 0.1:
            del patient[name]
    drugs = [*disease.drugs[:2], *chance.sample(disease.drugs, 2)]
    courses = [_course(drug, chance) for drug in drugs if chance.random() < severity]
    return {
        "as-of": "2026-03-01T08:00Z",
        "patient": {**patient, "requested": chance.sample(disease.drugs, 2)},
        "labs": labs,
        "findings": findings,
        "courses": list({(course["drug"], course["started"]): course for course in courses}.values()),
    }


def _course(drug: str, chance: random.Random) -> dict[str, str]:
    course = {"drug": drug, "started": f"-{chance.randint(1, 10) * 12} h"}
    if chance.random() < 0.9:
        course["response"] = chance.choice(("adequate", "inadequate"))
    if chance.random() < 0.3:
        course["stopped"] = "-6 h"
    return course


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), *(int(number) for number in sys.argv[2:])))
