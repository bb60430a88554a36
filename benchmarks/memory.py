"""The memory of a process over 10,000 cases, for each engine.

`python -m benchmarks.memory [CASES]` prints resident megabytes along the way. Compiled keeps nothing of a case. The
matcher of the second engine keeps a little of each, so the service bounds its workers and replaces them: that is
measured by `service_memory.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import generated
from engine.advising import ENGINES, Advisor, read_case_text
from engine.loading import load
from engine.rete import resident_megabytes

KB = Path(__file__).parents[1] / "kb"


def answering(engines: tuple[str, ...], folder: Path) -> Callable[[bytes], bytes]:
    """A function that derives what follows from a case, by these engines, compared where there are two."""
    knowledge = load(folder)
    advisor = Advisor(knowledge, engines)

    def perform(task: bytes) -> bytes:
        case = read_case_text(task.decode(), "case.yaml", knowledge)
        return str(len(advisor.derive(case)[2].firings)).encode()

    return perform


def in_one_process(engines: tuple[str, ...], folder: Path, cases: list[str], number: int) -> None:
    """Run so many cases here, printing the memory ten times."""
    perform = answering(engines, folder)
    perform(cases[0].encode())
    start = resident_megabytes()
    print(f"{' and '.join(engines)}, in one process: {start:.0f} MB after the first case", flush=True)
    for at in range(1, number + 1):
        perform(cases[at % len(cases)].encode())
        if at % max(1, number // 10) == 0:
            print(f"  {at:>6} cases  {resident_megabytes():.0f} MB", flush=True)


def in_processes(folder: Path, cases: list[str], number: int) -> None:
    """Run the cases by each engine, in a process of its own."""
    spawn = get_context("spawn")
    for engine in ENGINES:
        process = spawn.Process(target=in_one_process, args=((engine,), folder, cases, number))
        process.start()
        process.join()


def main(number: int) -> None:
    """Print everything: of kb/, and of the generated knowledge base a tenth as many cases."""
    examples = [path.read_text(encoding="utf-8") for path in sorted((KB / "scenarios" / "examples").glob("*.yaml"))]
    in_processes(KB, examples, number)
    with TemporaryDirectory() as folder:
        in_processes(generated.write(Path(folder)), generated.cases(200), number // 10)


if __name__ == "__main__":
    from benchmarks.memory import main as run

    run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
