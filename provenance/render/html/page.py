"""A page of HTML from a template: its style and script inside, and a policy that forbids every request.

The policy (Content Security Policy 3) admits the page's own style and script by their digests and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from importlib.abc import Traversable
from importlib.resources import files
from typing import TYPE_CHECKING

from engine.errors import Location, Problem, Refused

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

EXTRA = "pip install 'rulewright[reports]'"
TEMPLATES = "templates"
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_WORD = re.compile(r"[\w.-]+")


def rendered(
    template: str, content: Mapping[str, object], anchors: Mapping[str, str], folder: Traversable | None = None
) -> str:
    """A page; ``anchors`` are the places of facts, to which ids in brackets lead.

    ``folder`` holds templates of another package, which may build on those here, and `extra.css`, its own style.
    Raises `Refused` where Jinja2 is not installed.
    """
    environment = _environment(anchors, folder)
    style, script = _text("page.css"), _text("page.js")
    if folder is not None:
        style += (folder / "extra.css").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    from markupsafe import Markup

    parts = {"style": Markup(style), "script": Markup(script), "policy": policy}
    return environment.get_template(template).render(content, **parts) + "\n"


def anchor(kind: str, name: str) -> str:
    """The id of the place of something in a page: different for different things, and free of spaces."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9.-]", lambda found: f"_{ord(found[0]):x}_", name)


def _environment(anchors: Mapping[str, str], folder: Traversable | None) -> Environment:
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ImportError:
        problem = Problem(Location("jinja2"), "missing-package", "HTML needs the package `jinja2`", EXTRA)
        raise Refused([problem]) from None

    def found(name: str) -> str:
        own = folder / name if folder is not None else None
        return own.read_text(encoding="utf-8") if own is not None and own.is_file() else _text(name)

    environment = Environment(
        loader=FunctionLoader(found),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def linked(text: str) -> Markup:
        """A text whose ids of facts, in brackets, lead to their words."""
        from markupsafe import Markup, escape

        def link(match: re.Match[str]) -> str:
            place = anchors.get(match[0])
            return f'<a href="#{escape(place)}">{match[0]}</a>' if place else match[0]

        return Markup(_BRACKETED.sub(lambda found: f"[{_WORD.sub(link, found[1])}]", str(escape(text))))

    environment.filters["linked"] = linked
    environment.globals["place_of"] = lambda name: anchors.get(name, "")
    return environment


def _text(name: str) -> str:
    return (files(__package__) / TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
