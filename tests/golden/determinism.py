#!/usr/bin/env python3
"""Same bytes in, same score card out: for any number of workers, a file or its pieces, a pipe, compressed, twice.

usage: determinism.py UPTAKE [--captures FOLDER] [--workers N,N] [--once]

With --captures also every capture below FOLDER with 1 and with each number of --workers, when the folder is there.
With --once every capture is read once alone, by two workers, and nothing compared: for what a sanitizer finds.
"""
import concurrent.futures
import functools
import gzip
import lzma
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import harness
import pieces

WORKERS = (2, 4)
NO_CAPTURE = 66


def zipped(program, blob):
    return subprocess.run([program, "-q", "-c"], input=blob, stdout=subprocess.PIPE, check=True).stdout


def compressed(capture, folder):
    """(name, path) of the capture in each compression that this machine can make."""
    blob = capture.read_bytes()
    ways = {"gz": lambda b: gzip.compress(b, mtime=0), "xz": lzma.compress}
    ways.update({p: (lambda b, p=p: zipped(p, b)) for p in ("zstd", "lz4") if shutil.which(p)})
    for name, way in ways.items():
        path = folder / f"{capture.name}.{name}"
        path.write_bytes(way(blob))
        yield name, path
        hidden = folder / f"without-a-suffix-{name}"  # recognised by content
        hidden.write_bytes(way(blob))
        yield f"{name} without suffix", hidden


def piped(uptake, capture):
    # cat, and not the file itself: standard input must not be seekable.
    feed = subprocess.Popen(["cat", str(capture)], stdout=subprocess.PIPE)
    run = harness.read(uptake, "-", events=True, stdin=feed.stdout)
    feed.stdout.close()
    feed.wait()
    return run


def variations(uptake, capture, folder):
    """(name, run) for each way to read the same frames."""
    yield "again", harness.read(uptake, capture, events=True)
    for n in WORKERS:
        yield f"{n} workers", harness.read(uptake, capture, events=True, options=["--workers", n])
    yield "pipe", piped(uptake, capture)
    for name, path in compressed(capture, folder):
        yield name, harness.read(uptake, path, events=True)
    for packets in (7, 50):
        parts = folder / f"pieces-{packets}"
        parts.mkdir()
        made = pieces.cut(capture, parts, packets)
        name = f"pieces of {packets}"
        yield name, harness.read(uptake, *made, events=True)
        yield name + ", last first", harness.read(uptake, *reversed(made), events=True)
        yield name + ", 4 workers", harness.read(uptake, *made, events=True, options=["--workers", 4])
        yield name + ", as a folder", harness.read(uptake, parts, events=True)


def golden(uptake, case, capture):
    """(failures, runs) of one golden case."""
    failures, runs = [], 0
    differs = harness.difference
    first = harness.read(uptake, capture, events=True)
    with tempfile.TemporaryDirectory(prefix="uptake-test-") as scratch:
        for name, run in variations(uptake, capture, pathlib.Path(scratch)):
            runs += 1
            if run.code != first.code:
                failures.append(f"{case}, {name}: exit {run.code}, not {first.code}: {run.errors}")
            elif run.figures_text != first.figures_text:
                failures.append(f"{case}, {name}: another score card\n"
                                f"{differs(first.figures_text, run.figures_text)}")
            elif run.events_text != first.events_text:
                failures.append(f"{case}, {name}: other events\n{differs(first.events_text, run.events_text)}")
    return failures, runs


def workers(uptake, numbers, name, capture):
    """The same of any other capture."""
    failures = []
    first = harness.read(uptake, capture)
    for n in numbers:
        run = harness.read(uptake, capture, options=["--workers", n])
        if run.code != first.code or run.figures_text != first.figures_text:
            failures.append(f"{name}, {n} workers: exit {run.code}, {first.code} with one\n"
                            f"{harness.difference(first.figures_text, run.figures_text)}")
    return failures, len(numbers)


def once(uptake, name, capture):
    run = harness.read(uptake, capture, events=True, options=["--workers", 2])
    good = run.code in (*harness.DONE, NO_CAPTURE)
    return [] if good else [f"{name}: exit {run.code}: {run.errors[-3000:]}"], 1


def jobs(options):
    """A call for each capture."""
    uptake = options.uptake
    judge = functools.partial(once, uptake) if options.once else functools.partial(golden, uptake)
    yield from (functools.partial(judge, *row) for row in harness.cases().items())
    if options.captures and (options.captures / "MANIFEST.tsv").exists():
        judge = judge if options.once else functools.partial(workers, uptake, options.workers)
        yield from (functools.partial(judge, *row) for row in harness.manifest(options.captures))
    elif options.captures:
        print(f"no captures at {options.captures}: only the golden cases")


def main():
    parser = harness.parser(__doc__)
    parser.add_argument("--captures", type=pathlib.Path)
    parser.add_argument("--workers", type=lambda text: [int(n) for n in text.split(",")], default=[4])
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: job(), jobs(options)))
    failures = [failure for found, _ in results for failure in found]
    runs = sum(count for _, count in results)
    return harness.report(failures, f"{runs} runs {'ended' if options.once else 'compared'}")


if __name__ == "__main__":
    sys.exit(main())
