"""The verbs: where each stands, read only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

from rulewright.cli import EXIT_CODES

if TYPE_CHECKING:
    from typer._click import Context


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: its name, where its function (or the verbs below it) stands in this package, and an example of it."""

    name: str
    place: str
    example: str = ""


VERBS = (
    Verb("advise", "advise:advise", "advise my-case.yaml"),
    Verb("trace", "trace:trace", "trace my-case.yaml 'tomato feed'"),
    Verb("graph", "graph:graph", "graph my-case.yaml 'tomato feed' --output feed.svg"),
    Verb("why", "why:why", "why my-case.yaml 'option(tomato feed, top)'"),
    Verb("why-not", "whynot:why_not", "why-not my-case.yaml 'tomato feed'"),
    Verb("what-if", "whatif:what_if", "what-if my-case.yaml --set 'plot.area=30 m2'"),
    Verb("certainty", "certainty:certainty", "certainty my-case.yaml 'tomato feed'"),
    Verb("conflicts", "conflicts:conflicts", "conflicts my-case.yaml T4"),
    Verb("next", "next:next_data", "next my-case.yaml"),
    Verb("withdraw", "withdraw:withdraw", "withdraw S6 --case my-case.yaml"),
    Verb("check", "check:check", "check --kb my-knowledge"),
    Verb("fmt", "fmt:fmt", "fmt --check my-knowledge"),
    Verb("diff", "diff:diff", "diff HEAD"),
    Verb("test", "test:run_scenarios", "test july --kb my-knowledge"),
    Verb("watch", "watch:watch", "watch --kb my-knowledge"),
    Verb("verify", "verify:verify", "advise my-case.yaml --format json | rulewright verify -"),
    Verb("show", "show:show", "show G13"),
    Verb("review", "review:review", 'review G13 --by "A. Name" --verdict approved --note "as printed"'),
    Verb("dossier", "dossier:dossier", "dossier S6 > S6.txt"),
    Verb("case", "case:app"),
    Verb("new", "new:app"),
    Verb("schema", "schema:schema", "schema advice > advice.schema.json"),
    Verb("lsp", "lsp:lsp", "lsp"),
    Verb("serve", "serve:serve", "serve --port 8765"),
)
"""In the order of the help: one line each."""


class OfKnowledge(TyperCommand):
    """A verb that takes no argument: a word that names a knowledge base was meant for its option."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """The words that are left, as of every command; raises `BadParameter` at a knowledge base."""
        from engine.loading.files import HEAD

        if not any(param.param_type_name == "argument" for param in self.params):
            _, words, _ = self.make_parser(ctx).parse_args(args=list(args))
            for word in words:
                if (Path(word) / HEAD).is_file():
                    raise typer.BadParameter(f"`{word}` is no argument: use `--kb {quote(word)}`", ctx=ctx)
        return super().parse_args(ctx, args)


def program(words: Sequence[str]) -> typer.Typer:
    """The program for a command line: with the verb that it begins with, and with all where it begins with none."""
    app = typer.Typer(
        name="rulewright",
        help="A knowledge base that reasons from evidence, and shows its reasons.",
        epilog=EXIT_CODES,
        callback=_of_several_verbs,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    asked = [verb for verb in VERBS if verb.name in words[:1]]
    for verb in asked or VERBS:
        module, _, name = verb.place.partition(":")
        found = getattr(import_module(f"rulewright.cli.{module}"), name)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=verb.name)
        else:
            app.command(verb.name, cls=OfKnowledge, epilog=f"Example: rulewright {verb.example}")(found)
    return app


def _version(asked: bool) -> None:
    """Print the version of the package, and end, where that is asked for."""
    from importlib.metadata import version

    from rulewright.cli.output import emit

    if asked:
        emit(f"{version('rulewright')}\n")
        raise typer.Exit


def _of_several_verbs(
    told: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Keeps the name of a verb in the command line where it is the only one that was read."""
