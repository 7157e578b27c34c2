#!/usr/bin/python3
"""Runs clang-tidy with the commands of g++.

    clang_tidy.py --build BUILD_FOLDER [--jobs N] [FOLDER...]
        checks every source file of the project (or of those folders of it) that BUILD_FOLDER's
        compile_commands.json names. A file that was clean is not checked again until it, a header
        that it includes, its command or .clang-tidy changes.

    clang_tidy.py [OPTION...] SOURCE -- COMPILER ARGUMENT...
        checks one file: as CMake calls it for CMAKE_CXX_CLANG_TIDY.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# g++ knows the first two, clang 14 does not, and has coroutines without being asked. What is an
# error, .clang-tidy says.
DROPPED = {"-fcoroutines", "-Wno-tsan", "-Werror", "-Winvalid-pch", "-fpch-preprocess"}
# Other people's code, compiled by us.
NOT_OURS = {"cmake/asio_beast.cpp"}
SECONDS_PER_FILE = 300


def ours(source):
    path = pathlib.Path(source).resolve()
    if not path.is_relative_to(ROOT):
        return None
    relative = str(path.relative_to(ROOT))
    return None if relative in NOT_OURS or relative.startswith("build/") else relative


def without_precompiled(arguments):
    """Without `-include HEADER`: what is precompiled for g++ is of no use to clang."""
    included = {at for at, each in enumerate(arguments) if each == "-include"}
    return [each for at, each in enumerate(arguments)
            if at not in included and at - 1 not in included]


def tidy(options, source, arguments, folder):
    known = [each for each in without_precompiled(arguments)
             if each not in DROPPED and not each.startswith("--param=")]
    command = ["clang-tidy", "--quiet", *options, source, "--", *known]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                              timeout=SECONDS_PER_FILE)
    except subprocess.TimeoutExpired:
        return 1, f"{source}: clang-tidy took longer than {SECONDS_PER_FILE} s\n"
    if done.returncode != 0:
        noise = re.compile(r"\d+ warnings?( and \d+ errors?)? (generated|treated as errors?)")
        told = [line for line in done.stderr.splitlines() if not noise.match(line)]
        return done.returncode, done.stdout + "".join(f"{line}\n" for line in told)
    return 0, ""


def as_cmake_calls():
    split = sys.argv.index("--")
    *options, source = sys.argv[1:split]
    if ours(source) is None:
        return 0
    code, text = tidy(options, source, sys.argv[split + 1:], None)
    sys.stdout.write(text)
    return code


class Cache:
    """Knows by name, in a folder of empty files, what was clean before."""

    def __init__(self, build):
        self.folder = build / "tidy-cache"
        self.folder.mkdir(exist_ok=True)
        version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True)
        self.common = (version.stdout + (ROOT / ".clang-tidy").read_bytes() +
                       pathlib.Path(__file__).read_bytes())
        self.headers = self.read_headers(build)
        self.states = {}

    @staticmethod
    def read_headers(build):
        """What ninja knows of each object: the files that it was made of."""
        done = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True,
                              check=False)
        headers, current = {}, []
        for line in done.stdout.splitlines():
            if line.startswith("    "):
                current.append(line[4:])
            elif ": #deps" in line:
                current = headers[line.split(":")[0]] = []
        return headers

    def state(self, path):
        """The content of a file of ours; size and time of one of the system's."""
        if path not in self.states:
            if path.is_relative_to(ROOT):
                self.states[path] = hashlib.sha256(path.read_bytes()).digest()
            else:
                self.states[path] = f"{path.stat().st_size} {path.stat().st_mtime_ns}".encode()
        return self.states[path]

    def mark(self, entry, build):
        made_of = self.headers.get(os.path.relpath(entry["output"], build))
        if not made_of:
            return None
        key = hashlib.sha256(self.common + entry["command"].encode())
        try:
            for each in sorted({*made_of, entry["file"]}):
                path = pathlib.Path(os.path.normpath(build / each))
                key.update(str(path).encode() + self.state(path))
        except OSError:
            return None
        return self.folder / key.hexdigest()


def check_all():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("folders", nargs="*")
    wanted = parser.parse_args()
    build = wanted.build.resolve()
    database = build / "compile_commands.json"
    if not database.exists():
        sys.exit(f"{database} is missing: configure first, as scripts/build dev does")

    def chosen(source):
        return source and (not wanted.folders or
                           any(source.startswith(f"{each}/") for each in wanted.folders))

    entries = [each for each in json.loads(database.read_text()) if chosen(ours(each["file"]))]
    for entry in entries:
        entry["output"] = str(build / entry.get("output", ""))
        if entry["output"] == str(build):
            words = shlex.split(entry["command"])
            entry["output"] = str(build / words[words.index("-o") + 1])
    cache = Cache(build)
    # The longest first, so that the last ones to end are short.
    entries.sort(key=lambda each: -len(cache.headers.get(
        os.path.relpath(each["output"], build), [])))

    def check(entry):
        begin = time.monotonic()
        mark = cache.mark(entry, build)
        if mark and mark.exists():
            return entry, 0, "", None
        words = shlex.split(entry["command"])
        start = next(at for at, word in enumerate(words) if not word.endswith("ccache"))
        arguments = ["--driver-mode=g++", *words[start + 1:]]
        code, text = tidy([], entry["file"], ["clang++", *arguments], build)
        if code == 0 and mark:
            mark.touch()
        return entry, code, text, time.monotonic() - begin

    failed = checked = 0
    times = []
    with concurrent.futures.ThreadPoolExecutor(wanted.jobs) as pool:
        for entry, code, text, seconds in pool.map(check, entries):
            if seconds is not None:
                checked += 1
                times.append((seconds, ours(entry["file"])))
            if code != 0:
                failed += 1
                print(f"{ours(entry['file'])}:\n{text}", flush=True)
    for seconds, name in sorted(times, reverse=True)[:5]:
        print(f"  {seconds:5.1f} s  {name}")
    print(f"clang-tidy: {len(entries)} files, {checked} checked now, {failed} with findings")
    return 1 if failed or not entries else 0


if __name__ == "__main__":
    sys.exit(check_all() if "--" not in sys.argv else as_cmake_calls())
