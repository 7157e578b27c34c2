#!/usr/bin/python3
"""Lists the headers that cost most, over all files of the product: header_cost.py BUILD_FOLDER

Each file is compiled by clang with -ftime-trace, unoptimised and without precompiled headers. A
header's seconds are those of all that it includes, too, where it is the first to do so.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PRODUCT = ("model", "myko", "executor", "launchpad")
# What clang does not know, or would only slow it down.
DROPPED = {"-fcoroutines", "-Wno-mismatched-new-delete", "-Winvalid-pch", "-fpch-preprocess", "-g"}
SHOWN = 40


def compiler():
    found = next(filter(None, map(shutil.which, ("clang++", "clang++-14", "clang++-19"))), None)
    if found is None:
        sys.exit("header_cost: there is no clang++: install clang")
    return found


def command_of(entry, out):
    words = iter(shlex.split(entry["command"])[1:])
    kept = [compiler()]
    for each in words:
        if each in ("-include", "-o"):
            next(words)
        elif each not in DROPPED and not each.startswith("--param="):
            kept.append(each)
    return [*kept, "-ftime-trace", "-w", "-o", out]


def trace(entry, folder):
    """The events of one file: (its name, seconds by header, seconds in all)."""
    name = os.path.relpath(entry["file"], ROOT)
    out = os.path.join(folder, re.sub(r"\W", "_", name) + ".o")
    done = subprocess.run(command_of(entry, out), cwd=entry["directory"], capture_output=True,
                          text=True, check=False, timeout=600)
    if done.returncode != 0:
        sys.exit(f"header_cost: {name} does not compile:\n{done.stderr[:2000]}")
    events = json.loads(pathlib.Path(out[:-2] + ".json").read_text(encoding="utf-8"))["traceEvents"]
    headers = collections.Counter()
    total = 0.0
    for each in events:
        if each.get("name") == "Source" and each["ph"] == "X":
            header = os.path.normpath(os.path.join(entry["directory"], each["args"]["detail"]))
            headers[header] += each["dur"] / 1e6
        elif each.get("name") == "Total ExecuteCompiler":
            total = each["dur"] / 1e6
    return name, headers, total


def shown(path):
    if path.startswith(f"{ROOT}/"):
        return path[len(str(ROOT)) + 1:]
    return "<" + re.sub(r"^/usr/(include|lib/gcc/[^/]*)/?", "", path) + ">"


def main():
    build = pathlib.Path(sys.argv[1])
    entries = [each for each in json.loads((build / "compile_commands.json").read_text())
               if os.path.relpath(each["file"], ROOT).split("/")[0] in PRODUCT]
    seconds, files = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            traced = list(pool.map(lambda each: trace(each, folder), entries))
    for _, headers, _ in traced:
        seconds.update(headers)
        files.update(headers.keys())
    print(f"{sum(total for *_, total in traced):.0f} s in {len(traced)} files")
    print("seconds  files  header")
    for header, spent in seconds.most_common(SHOWN):
        print(f"{spent:7.1f} {files[header]:6d}  {shown(header)}")
    print("seconds  file")
    for name, _, total in sorted(traced, key=lambda each: -each[2])[:SHOWN // 2]:
        print(f"{total:7.1f}  {name}")


if __name__ == "__main__":
    main()
