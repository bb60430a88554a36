"""Sets of changes drawn together and put in words: values that do the same are told as one range or list.

Two sets that differ in the value of one place alone are one set with either value. So from a value of each cell come
ranges ("at least 20 kg"). What is told was tried cell by cell; one value of each set is tried once more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from engine.model.case import Case
from engine.model.quantity import exact_text
from engine.model.vocabulary import Attribute, Section
from engine.observing import Observer
from provenance.model.whynot import Change, Novelty
from provenance.render.conditions import with_article
from provenance.render.naming import Names
from provenance.whynot.changing.bearing import Bearing
from provenance.whynot.changing.drawing import Drawn, Fillings, canonical
from provenance.whynot.changing.places import Filling, Place, Span, Variation

MOST_WORDS = 6
MOST_DECIMALS = 9


class Wording:
    """Puts changes of one case in words."""

    def __init__(self, bearing: Bearing, case: Case, names: Names) -> None:
        self.bearing = bearing
        self.vocabulary = bearing.vocabulary
        self.case = case
        self.names = names

    def changes(self, drawn: Drawn, tried: Variation) -> tuple[Change, ...]:
        """The changes of one set; ``tried`` is the variation that was tried."""
        values = dict(canonical(tried))
        circles = [circle for place, _ in drawn.places if (circle := self._circle(place))]
        moving = frozenset(circle for circle in circles if circles.count(circle) > 1)
        found = []
        for place, fillings in drawn.places:
            if place.kind == "add":
                fields = [
                    (other, others)
                    for other, others in drawn.places
                    if other.kind == "field" and (other.at, other.item) == (place.at, place.item)
                ]
                found.append(self._added(place, fields, values, moving))
            elif place.kind == "complete":
                more = any(other.kind == "add" and other.at == place.at for other, _ in drawn.places)
                found.append(self._completed(place, more))
            elif place.cost:
                found.append(self._change(place, fillings, values[place], moving))
        return tuple(found)

    def _change(self, place: Place, fillings: Fillings, tried: Filling, moving: frozenset[str]) -> Change:
        if place.kind == "drop":
            label = self.names.item(place.at, place.item)
            path = f"{place.at}[{place.item}]"
            return Change(operation="remove-item", path=path, cell=f"{label}: not there", novelty="alters")
        attribute = self._attribute(place)
        path = place.at if place.kind == "datum" else f"{place.at}[{place.item}].{place.field}"
        before = self._recorded(place)
        exact = self._is_exact(place, fillings, moving)
        words = self._values(attribute, fillings) if exact else f"such as {tried.text}"
        precisely = self._values(attribute, fillings, rounded=False) if exact else words
        label = self.names.datum(path)
        return Change(
            operation="remove" if tried.value is None else "set",
            path=path,
            value=tried.text,
            cell=f"{label}: {words}",
            exact=exact,
            exact_cell=f"{label}: {precisely}" if precisely != words else "",
            before=before,
            novelty=self._novelty(place, attribute, before),
        )

    def _circle(self, place: Place) -> str:
        """The circle of data that are compared with one another, to which a place belongs; empty where to none."""
        name = f"{place.at}.{place.field}" if place.kind == "field" else place.at
        return self.bearing.related.get(name, "") if place.kind in ("datum", "field") else ""

    def _is_exact(self, place: Place, fillings: Fillings, moving: frozenset[str]) -> bool:
        """Whether every value that is told is known to do.

        Of two data that are compared with each other and both changed, the bounds of one move with the other's value.
        """
        return all(filling.exact for filling in fillings) and self._circle(place) not in moving

    def _values(self, attribute: Attribute, fillings: Fillings, rounded: bool = True) -> str:
        """Values that do the same: words, ranges (their ends fit to be read, or exact), or that nothing is recorded."""
        said = ["not recorded"] if any(filling.value is None for filling in fillings) else []
        given = [filling for filling in fillings if filling.value is not None]
        spans = [filling.span for filling in given if filling.span is not None]
        if spans:
            is_time = attribute.type.kind == "time"
            ranges = [readable(span) if rounded else span for span in joined(spans)]
            said += [_time_span(span) if is_time else _span(span, attribute) for span in ranges]
        elif attribute.type.kind == "set of terms":
            said += [" or ".join(filling.words) or filling.text or "nothing" for filling in given]
        else:
            words = [word for filling in given for word in (filling.words or (filling.text,))]
            said += _listed(words, self.vocabulary.domain(attribute.type))
        return " or ".join(said)

    def _novelty(self, place: Place, attribute: Attribute, before: str) -> Novelty:
        if not before:
            return "fills" if attribute.absent is None else "adds"
        entry = self.case.data.get(place.at)
        observer = Observer(self.vocabulary, self.case, self.bearing.program.facts)
        return "fills" if entry is not None and observer.is_stale(attribute, entry) else "alters"

    def _attribute(self, place: Place) -> Attribute:
        if place.kind == "datum":
            found = self.vocabulary.attribute(place.at)
            assert found is not None
            return found
        return self.vocabulary.sections[place.at].attributes[place.field]

    def _recorded(self, place: Place) -> str:
        if place.kind == "datum":
            entry = self.case.data.get(place.at)
        else:
            entry = self.case.lists[place.at].items[int(place.item)].get(place.field)
        return entry.text if entry is not None else ""

    def _completed(self, place: Place, more: bool) -> Change:
        """That a list holds no others; ``more`` where an item is added to it in the same set."""
        section = self.vocabulary.sections[place.at]
        title = section.label or section.name.replace("-", " ")
        known = self.case.lists.get(place.at)
        listed = f"none besides the {len(known.items)} listed" if known and known.items else "none at all"
        words = "none besides those that are listed or told here" if more else listed
        cell = f"{title}: a complete list, for example {words}"
        return Change(operation="complete", path=place.at, cell=cell, exact=False, novelty="fills")

    def _added(
        self,
        place: Place,
        fields: Sequence[tuple[Place, Fillings]],
        tried: Mapping[Place, Filling],
        moving: frozenset[str],
    ) -> Change:
        section = self.vocabulary.sections[place.at]

        def words(rounded: bool) -> dict[str, str]:
            return {
                other.field: self._values(section.attributes[other.field], fillings, rounded)
                if self._is_exact(other, fillings, moving)
                else f"such as {tried[other].text}"
                for other, fillings in sorted(fields, key=lambda pair: list(section.attributes).index(pair[0].field))
            }

        told = words(rounded=True)
        given = self.case.lists.get(place.at)
        item = f"one more {section.item}" if given and given.items else with_article(section.item)
        cell, precisely = (_item_words(item, section, one) for one in (told, words(rounded=False)))
        exact = all(self._is_exact(other, fillings, moving) for other, fillings in fields)
        return Change(
            operation="add-item",
            path=place.at,
            value=", ".join(f"{other.field}: {tried[other].text}" for other, _ in fields),
            cell=cell,
            exact=exact,
            exact_cell=precisely if precisely != cell else "",
            fields=told,
            novelty="fills" if given is None else "adds",
        )


def _item_words(item: str, section: Section, fields: Mapping[str, str]) -> str:
    parts = ", ".join(f"{section.attributes[field].title} {words}" for field, words in fields.items())
    return f"{item}: {parts}" if parts else item


def _listed(words: Sequence[str], domain: Sequence[str]) -> list[str]:
    """Many words by what they leave out, or by their number."""
    left = [word for word in domain if word not in words]
    if domain and not left:
        return ["any"]
    if len(words) > MOST_WORDS and len(left) <= MOST_WORDS // 2:
        return [f"any but {' and '.join(left)}"]
    if len(words) > MOST_WORDS:
        return [f"any of {len(words)}, such as {', '.join(words[:3])}"]
    return list(words)


def joined(spans: Sequence[Span]) -> list[Span]:
    """Ranges that touch as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.unit, one.low is not None, one.low or 0, not one.low_in)):
        last = found[-1] if found else None
        touches = (
            last is not None and last.unit == span.unit and last.high == span.low and (last.high_in or span.low_in)
        )
        if last is not None and touches and span.low is not None:
            found[-1] = Span(last.low, span.high, last.low_in, span.high_in, span.unit)
        else:
            found.append(span)
    return found


def readable(span: Span) -> Span:
    """A range with at most two decimals in its ends, rounded inwards: every value of it lies in the range given.

    Where that leaves nothing of it, as many decimals more as it takes, up to `MOST_DECIMALS`; else the range itself.
    """
    if all(end is None or end * 100 == end * 100 // 1 for end in (span.low, span.high)):
        return span
    for decimals in range(2, MOST_DECIMALS + 1):
        low, low_in = _inward(span.low, span.low_in, 10**decimals, up=True)
        high, high_in = _inward(span.high, span.high_in, 10**decimals, up=False)
        if low is None or high is None or low < high or (low == high and low_in and high_in):
            return Span(low, high, low_in, high_in, span.unit)
    return span


def _inward(end: Fraction | None, is_in: bool, scale: int, up: bool) -> tuple[Fraction | None, bool]:
    """An end moved into the range, to which it then belongs."""
    if end is None or end * scale == end * scale // 1:
        return end, is_in
    whole = end * scale // 1 + (1 if up else 0)
    return Fraction(whole, scale), True


def _touch(one: Span, other: Span) -> bool:
    same = one.unit == other.unit and one.high is not None and one.high == other.low
    return same and (one.high_in or other.low_in)


def _span(span: Span, attribute: Attribute) -> str:
    unit = f" {span.unit}" if span.unit and span.unit != "1" else ""
    bounds = attribute.type.plausible
    low, high = span.low, span.high
    if bounds is not None and (not span.unit or (attribute.type.unit and span.unit == attribute.type.unit.text)):
        first, last = (bound.to(attribute.type.unit).value if attribute.type.unit else bound.value for bound in bounds)
        low, high = (None if low == first and span.low_in else low), (None if high == last and span.high_in else high)
    elif low == 0 and span.low_in and bounds is None:
        low = None
    return _between(low, high, span, lambda value: f"{exact_text(value)}{unit}")


def _time_span(span: Span) -> str:
    low = None if span.low == 0 and span.low_in else span.low
    words = _between(low, span.high, span, _hours)
    return "any time" if words == "any value" else f"{words} before the as-of time"


def _hours(value: Fraction) -> str:
    """Whole days from four days on: what is told in hours up to there is a matter of hours."""
    if value % 24 == 0 and value >= 96:
        return f"{value // 24} d"
    return f"{exact_text(value)} h"


def _between(low: Fraction | None, high: Fraction | None, span: Span, shown: Callable[[Fraction], str]) -> str:
    if low is not None and low == high:
        return shown(low)
    above = "" if low is None else f"{'at least' if span.low_in else 'more than'} {shown(low)}"
    below = "" if high is None else f"{'at most' if span.high_in else 'less than'} {shown(high)}"
    return " and ".join(part for part in (above, below) if part) or "any value"
