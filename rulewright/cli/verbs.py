"""The verbs, gathered."""

from __future__ import annotations

import typer

from rulewright.cli import EXIT_CODES
from rulewright.cli.advise import advise
from rulewright.cli.case import new as new_case
from rulewright.cli.certainty import certainty
from rulewright.cli.check import check
from rulewright.cli.conflicts import conflicts
from rulewright.cli.diff import diff
from rulewright.cli.dossier import dossier
from rulewright.cli.fmt import fmt
from rulewright.cli.graph import graph
from rulewright.cli.lsp import lsp
from rulewright.cli.new import app as new_app
from rulewright.cli.next import next_data
from rulewright.cli.review import review
from rulewright.cli.schema import schema
from rulewright.cli.serve import serve
from rulewright.cli.show import show
from rulewright.cli.test import run_scenarios
from rulewright.cli.trace import trace
from rulewright.cli.verify import verify
from rulewright.cli.watch import watch
from rulewright.cli.whatif import what_if
from rulewright.cli.why import why
from rulewright.cli.whynot import why_not
from rulewright.cli.withdraw import withdraw

app = typer.Typer(
    name="rulewright",
    help="A knowledge base of clinical evidence that reasons, and shows its reasons.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("advise", epilog="Example: rulewright advise my-case.yaml")(advise)
app.command("trace", epilog="Example: rulewright trace my-case.yaml anakinra")(trace)
app.command("graph", epilog="Example: rulewright graph my-case.yaml anakinra --output anakinra.svg")(graph)
app.command("why", epilog="Example: rulewright why my-case.yaml 'option(anakinra, refractory)'")(why)
app.command("why-not", epilog="Example: rulewright why-not my-case.yaml anakinra")(why_not)
app.command("what-if", epilog="Example: rulewright what-if my-case.yaml --set 'patient.weight=30 kg'")(what_if)
app.command("certainty", epilog="Example: rulewright certainty my-case.yaml anakinra")(certainty)
app.command("conflicts", epilog="Example: rulewright conflicts my-case.yaml T4")(conflicts)
app.command("next", epilog="Example: rulewright next my-case.yaml")(next_data)
app.command("withdraw", epilog="Example: rulewright withdraw S6 --case my-case.yaml")(withdraw)
app.command("check", epilog="Example: rulewright check --kb my-knowledge")(check)
app.command("fmt", epilog="Example: rulewright fmt --check my-knowledge")(fmt)
app.command("diff", epilog="Example: rulewright diff HEAD")(diff)
app.command("test", epilog="Example: rulewright test refractory --kb my-knowledge")(run_scenarios)
app.command("watch", epilog="Example: rulewright watch --kb my-knowledge")(watch)
app.command("verify", epilog="Example: rulewright advise my-case.yaml --format json | rulewright verify -")(verify)
app.command("show", epilog="Example: rulewright show G13")(show)
app.command("review", epilog='Example: rulewright review G13 --by "A. Name" --verdict approved --note "as printed"')(
    review
)
app.command("dossier", epilog="Example: rulewright dossier S6 > S6.txt")(dossier)
case = typer.Typer(help="Cases.", no_args_is_help=True, pretty_exceptions_enable=False)
case.command("new", epilog="Example: rulewright case new > my-case.yaml")(new_case)
app.add_typer(case, name="case")
app.add_typer(new_app, name="new")
app.command("schema", epilog="Example: rulewright schema advice > advice.schema.json")(schema)
app.command("lsp", epilog="Example: rulewright lsp")(lsp)
app.command("serve", epilog="Example: rulewright serve --port 8765")(serve)
