"""The language server: what an editor asks over its protocol, answered from the desk of each knowledge base.

Nothing that is typed ends it: a document that cannot be read is read as far as it can be, and the vocabulary is the
last one in which nothing was wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from rulewright.authoring.checks.finding import Finding, Severity
from rulewright.authoring.editor.completing import Offer, Sort, offers
from rulewright.authoring.editor.desk import Desk, diagnosis, root_of
from rulewright.authoring.editor.finding import Span, definitions, note, uses
from rulewright.authoring.editor.outline import Spot

REST = 0.15
"""After so many seconds without a change what is wrong is looked for."""
TRIGGERS = (" ", "$", "[", "{", ",")
"""What makes an editor ask what may follow."""
SEVERITIES = {
    Severity.error: types.DiagnosticSeverity.Error,
    Severity.warning: types.DiagnosticSeverity.Warning,
    Severity.info: types.DiagnosticSeverity.Information,
}
SORTS = {
    Sort.KEY: types.CompletionItemKind.Property,
    Sort.WORD: types.CompletionItemKind.EnumMember,
    Sort.ID: types.CompletionItemKind.Reference,
    Sort.VARIABLE: types.CompletionItemKind.Variable,
}


class Editor(LanguageServer):
    """The server, with a desk for each knowledge base that is open; ``today`` tells the day that it is."""

    def __init__(self, version: str, today: Callable[[], date]) -> None:
        super().__init__("rulewright", version)
        self.today = today
        self.desks: dict[Path, Desk] = {}
        self.published: dict[Path, set[Path]] = {}
        self.turns: dict[Path, int] = {}
        self.waiting: set[asyncio.Task[None]] = set()

    # Documents -------------------------------------------------------------------------------------------------------

    def desk(self, uri: str) -> tuple[Desk, Path] | None:
        """The desk of the knowledge base to which a document belongs, and its path; None where it belongs to none."""
        name = uris.to_fs_path(uri)
        path = Path(name).absolute() if name else None
        root = root_of(path) if path is not None else None
        if path is None or root is None:
            return None
        if root not in self.desks:
            self.desks[root] = Desk(root)
        return self.desks[root], path

    def read(self, uri: str) -> None:
        """A document was opened or changed."""
        found = self.desk(uri)
        if found is not None:
            desk, path = found
            desk.write(path, self.workspace.get_text_document(uri).source)
            self.look(desk)

    def close(self, uri: str) -> None:
        """A document was closed: what is saved of it counts."""
        found = self.desk(uri)
        if found is not None:
            desk, path = found
            desk.close(path)
            self.look(desk)

    # What is wrong ---------------------------------------------------------------------------------------------------

    def look(self, desk: Desk) -> None:
        """Look for what is wrong once nothing was typed for a moment; an earlier look is given up."""
        turn = self.turns[desk.root] = self.turns.get(desk.root, 0) + 1
        task = asyncio.get_running_loop().create_task(self.diagnose(desk, turn))
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)

    async def diagnose(self, desk: Desk, turn: int) -> None:
        """Tell the editor what is wrong with each file, unless something was typed meanwhile."""
        await asyncio.sleep(REST)
        if self.turns[desk.root] != turn:
            return
        folder, today = desk.folder(), self.today()
        found = await asyncio.get_running_loop().run_in_executor(None, diagnosis, folder, today)
        if self.turns[desk.root] != turn:
            return
        before = self.published.get(desk.root, set())
        for path in sorted(before | {*found} | {*desk.texts}):
            self.publish(desk, path, found.get(path, ()))
        self.published[desk.root] = {*found}

    def publish(self, desk: Desk, path: Path, findings: Iterable[Finding]) -> None:
        """Tell the editor what is wrong with a file."""
        uri = path.as_uri()
        version = self.workspace.get_text_document(uri).version if path in desk.texts else None
        told = [self.diagnostic(desk, path, finding) for finding in findings]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told, version))

    def diagnostic(self, desk: Desk, path: Path, finding: Finding) -> types.Diagnostic:
        """One finding: where it begins and, as far as is known, ends."""
        start = max(0, finding.location.line - 1), max(0, finding.location.column - 1)
        page = desk.page(path)
        line = page.lines[start[0]] if start[0] < len(page.lines) else ""
        place = page.at(start)
        if finding.end:
            end = start[0], finding.end - 1
        elif place is not None and place.leaf.start == start and place.leaf.end[0] == start[0]:
            end = place.leaf.end
        else:
            end = start[0], len(line)
        parts = [finding.message, f"expected: {finding.expected}" if finding.expected else "", finding.hint]
        return types.Diagnostic(
            range=self.range(desk, Span(path, start, max(start, end))),
            message="\n".join(part for part in parts if part),
            severity=SEVERITIES[finding.severity],
            code=finding.code,
            source="rulewright",
        )

    # Places ----------------------------------------------------------------------------------------------------------

    def range(self, desk: Desk, span: Span) -> types.Range:
        """A span as the protocol counts it."""
        lines = desk.page(span.path).lines
        ends = (types.Position(*spot) for spot in (span.start, span.end))
        start, end = (self.workspace.position_codec.position_to_client_units(lines, spot) for spot in ends)
        return types.Range(start, end)

    def location(self, desk: Desk, span: Span) -> types.Location:
        """A span with its file."""
        return types.Location(span.path.as_uri(), self.range(desk, span))

    def spot(self, desk: Desk, path: Path, position: types.Position) -> Spot:
        """A position of the protocol as we count it."""
        lines = desk.page(path).lines
        found = self.workspace.position_codec.position_from_client_units(lines, position)
        return found.line, found.character

    def item(self, desk: Desk, path: Path, offer: Offer, cursor: Spot) -> types.CompletionItem:
        """An offer as the protocol has it."""
        more = types.MarkupContent(types.MarkupKind.Markdown, offer.more) if offer.more else None
        return types.CompletionItem(
            label=offer.text,
            kind=SORTS[offer.sort],
            detail=offer.what or None,
            documentation=more,
            filter_text=offer.text,
            text_edit=types.TextEdit(self.range(desk, Span(path, offer.start, cursor)), offer.written),
        )


def server(version: str, today: Callable[[], date]) -> Editor:
    """The language server, ready to be started."""
    editor = Editor(version, today)
    _documents(editor)
    _questions(editor)
    return editor


def _documents(editor: Editor) -> None:
    @editor.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        editor.read(params.text_document.uri)

    @editor.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        editor.read(params.text_document.uri)

    @editor.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        editor.read(params.text_document.uri)

    @editor.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        editor.close(params.text_document.uri)

    @editor.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed_outside(params: types.DidChangeWatchedFilesParams) -> None:
        found = {desk.root: desk for change in params.changes if (at := editor.desk(change.uri)) for desk in at[:1]}
        for desk in found.values():
            desk.look()
            editor.look(desk)


def _questions(editor: Editor) -> None:
    @editor.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        at = editor.desk(params.text_document.uri)
        found = note(*at, editor.spot(*at, params.position)) if at else None
        if at is None or found is None:
            return None
        content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
        return types.Hover(content, editor.range(at[0], found.span))

    @editor.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        at = editor.desk(params.text_document.uri)
        spans = definitions(*at, editor.spot(*at, params.position)) if at else []
        return [editor.location(at[0], span) for span in spans] if at else []

    @editor.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        at = editor.desk(params.text_document.uri)
        if at is None:
            return []
        found = uses(*at, editor.spot(*at, params.position), params.context.include_declaration)
        return [editor.location(at[0], span) for span in found]

    @editor.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[" ", "$", "[", "{", ","])
    )
    async def completion(params: types.CompletionParams) -> list[types.CompletionItem]:
        at = editor.desk(params.text_document.uri)
        if at is None:
            return []
        cursor = editor.spot(*at, params.position)
        return [editor.item(*at, offer, cursor) for offer in offers(*at, cursor)]
