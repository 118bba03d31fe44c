"""Debian packages that are unpacked and not installed, since they would put out others: tools/setup/lab.unpacked."""
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "unpacked"  # where tools/setup/install puts them


def listed():
    lines = (ROOT / "tools" / "setup" / "lab.unpacked").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def version(package):
    """None when it is not there."""
    path = FOLDER / package / "version"
    return path.read_text().strip() if path.exists() else None


def absent():
    return [package for package in listed() if version(package) is None]


def program(package, path):
    return FOLDER / package / path
