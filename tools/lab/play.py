#!/usr/bin/python3
"""Plays scenarios of real servers and clients and writes what the mirror port saw beside what truly happened.

usage: run [--into FOLDER] [--uptake COMMAND] [--keep] all|NAME...
       run --list

Writes FOLDER/NAME/{capture.pcap, truth.json, ORIGIN}; FOLDER is build/lab unless named. With --uptake, `uptake live`
watches the mirror port at the same time and FOLDER/NAME holds live.json and seen.pcap (the capture with its marker
frame) too. Needs root; installs what is missing of the packages in tools/setup/lab.packages, and unpacks those of
lab.unpacked. See README.md.
"""
import argparse
import datetime
import importlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import network  # noqa: E402
import switch  # noqa: E402
import truth  # noqa: E402
import unpacked  # noqa: E402
import watch  # noqa: E402

SCENARIOS = ("dns", "dnssec", "tls", "quic", "smtp", "dane", "bgp", "rtr", "ipv6", "mirror")


def watcher(uptake, folder):
    """Starts `uptake live` on the mirror's link; what is returned ends it."""
    def begin(lab):
        log = folder / "live.log"
        process = watch.start(lab, "mirror", "span1", uptake, folder / "live.json", log)
        watch.opened(process, log)

        def end():
            time.sleep(0.5)
            watch.stop(process)
            if process.returncode:
                raise RuntimeError(f"uptake live: exit {process.returncode}: {log.read_text()}")
        return end
    return begin


def versions(packages):
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    beside = [f"{p} {unpacked.version(p)}" for p in packages if p in unpacked.listed()]
    return sorted(said.stdout.splitlines() + beside)


def origin(scenario):
    day = datetime.datetime.now(datetime.timezone.utc).date()
    return "\n".join([
        scenario.__doc__.strip(), "",
        f"Made by tools/lab/run on {day}, in network namespaces with documentation addresses;",
        "no frame of anyone's traffic is in it. truth.json holds what the endpoints themselves recorded.",
        "Programs (Debian 12):", *("  " + v for v in versions(scenario.PACKAGES))]) + "\n"


def play(name, into, uptake, scratch):
    """One scenario; its folder is complete when this returns."""
    scenario = importlib.import_module(f"scenarios.{name}")
    reason = network.missing(scenario.PROGRAMS)
    if reason:
        raise RuntimeError(reason)
    folder, work = into / name, pathlib.Path(scratch) / name
    folder.mkdir(parents=True, exist_ok=True)
    work.mkdir()
    seen = work / "seen.pcap"
    with switch.Switch() as lab:
        if uptake:
            lab.watchers.append(watcher(uptake, folder))
        told = truth.Truth(name)
        scenario.play(lab, work, seen, told)
    switch.trimmed(seen, folder / "capture.pcap")
    if uptake:
        (folder / "seen.pcap").write_bytes(seen.read_bytes())
    (folder / "truth.json").write_text(told.text())
    for file, text in told.files.items():
        (folder / file).write_text(text)
    (folder / "ORIGIN").write_text(origin(scenario))
    size = (folder / "capture.pcap").stat().st_size
    return f"{size:,} octets, {len(told.document['events'])} events, {len(told.document['counts'])} counts"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=pathlib.Path, default=ROOT / "build" / "lab", metavar="FOLDER")
    parser.add_argument("--uptake", type=pathlib.Path, metavar="COMMAND",
                        help="watch the mirror port with this program")
    parser.add_argument("--keep", action="store_true", help="leave logs and configurations, and print where")
    parser.add_argument("--list", action="store_true", help="print the scenarios")
    parser.add_argument("names", nargs="*", metavar="NAME", help="all, or " + ", ".join(SCENARIOS))
    options = parser.parse_args()
    if options.list:
        print("\n".join(SCENARIOS))
        sys.exit(0)
    wanted = SCENARIOS if options.names == ["all"] else options.names
    if not wanted or set(wanted) - set(SCENARIOS):
        parser.error("name scenarios: all, or some of " + ", ".join(SCENARIOS))
    return options, wanted


def main():
    options, wanted = arguments()
    if os.geteuid() != 0:
        sys.exit("tools/lab/run: needs root, for network namespaces")
    subprocess.run([ROOT / "tools" / "setup" / "install", "lab"], check=True)
    failed = []
    scratch = tempfile.mkdtemp(prefix="uptake-lab-")
    os.chmod(scratch, 0o755)  # servers that give up root read their configuration there
    try:
        for name in wanted:
            began = time.monotonic()
            try:
                said = play(name, options.into, options.uptake and options.uptake.resolve(), scratch)
            except Exception as error:  # one scenario that fails does not hide the others
                failed.append(name)
                traceback.print_exc()
                said = f"FAILED: {error}"
            print(f"{name:8} {time.monotonic() - began:6.1f} s  {said}", flush=True)
    except KeyboardInterrupt:
        print("interrupted; everything that was started is ended", file=sys.stderr)
        return 130
    finally:
        if options.keep:
            print(f"kept: {scratch}")
        else:
            subprocess.run(["rm", "-rf", "--one-file-system", scratch], check=False)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
