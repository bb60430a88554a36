"""An editor, as far as a language server sees one: JSON-RPC over the pipes of a process."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

PATIENCE = 60


class Editor:
    """Starts a server and speaks JSON-RPC with it; diagnostics are kept by URI, in the order in which they came."""

    def __init__(self, command: list[str], root: Path) -> None:
        self.root = root
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.published: dict[str, list[dict[str, Any]]] = {}
        self.versions: dict[str, int] = {}
        self.number = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while line := out.readline():
            length = 0
            while line.strip():
                name, _, value = line.decode().partition(":")
                if name.lower() == "content-length":
                    length = int(value)
                line = out.readline()
            self.answers.put(json.loads(out.read(length)))
        self.answers.put({"closed": True})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def take(self, message: dict[str, Any]) -> None:
        """Keep what a server says by itself, and answer what it asks."""
        if message.get("method") == "textDocument/publishDiagnostics":
            self.published.setdefault(message["params"]["uri"], []).append(message["params"])
        elif "method" in message and "id" in message:
            asked = message.get("params", {}).get("items", [])
            self.send({"id": message["id"], "result": [None for _ in asked] or None})

    def ask(self, method: str, params: Any) -> Any:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.answers.get(timeout=PATIENCE)
            assert "closed" not in message, self.errors()
            if message.get("id") == self.number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]
            self.take(message)

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def errors(self) -> str:
        self.process.kill()
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    # What an editor does ---------------------------------------------------------------------------------------------

    def start(self) -> Any:
        uri = self.root.as_uri()
        result = self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}},
                "workspaceFolders": [{"uri": uri, "name": "kb"}],
            },
        )
        self.tell("initialized", {})
        return result

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        self.versions[path] = 1
        content = (self.root / path).read_text(encoding="utf-8") if text is None else text
        document = {"uri": self.uri(path), "languageId": "yaml", "version": 1, "text": content}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def change(self, path: str, text: str) -> None:
        """The whole text of a document is another."""
        self.versions[path] += 1
        document = {"uri": self.uri(path), "version": self.versions[path]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def at(self, path: str, line: int, character: int) -> dict[str, Any]:
        """A place as the protocol has it: both numbers from 0."""
        return {"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": character}}

    def diagnostics(self, path: str, version: int | None = None) -> list[dict[str, Any]]:
        """The next diagnostics of a document, or those of a version of it."""
        uri = self.uri(path)
        seen = 0
        while True:
            for published in self.published.get(uri, [])[seen:]:
                seen += 1
                if version is None or published.get("version") == version:
                    return list(published["diagnostics"])
            self.take(self.answers.get(timeout=PATIENCE))

    def stop(self) -> tuple[int, str]:
        """End the server: its exit code, and what it complained of."""
        self.ask("shutdown", None)
        self.tell("exit", None)
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        complaints = self.process.stderr.read().decode()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        return code, complaints
