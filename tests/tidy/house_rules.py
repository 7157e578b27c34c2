#!/usr/bin/python3
"""The rules of the house that no other tool knows, over every file that git knows or would take.

    house_rules.py [ROOT]

Prints `path:line: rule: what is wrong` and ends with 1 if there is anything. Exceptions stand in
allowed.txt beside this file, each with its reason.
"""

import fnmatch
import os
import pathlib
import re
import subprocess
import sys

COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70
CXX = {".cpp", ".hpp"}
# Files whose lines are code or prose that we lay out by hand.
NARROW = CXX | {".sh", ".py", ".js", ".mjs", ".css", ".html", ".cmake"}

# rule: (pattern in C++ code without comments and strings, what to do instead, folders it is for)
OWN = ("model/", "myko/", "executor/", "launchpad/", "bench/", "tests/")
BANNED = {
    "clock": (r"\b(system|steady|high_resolution)_clock::now|\b(clock_gettime|gettimeofday)\s*\(|"
              r"\b(std::)?time\s*\(\s*(nullptr|NULL|0)\s*\)",
              "take the time from the clock that was passed in", OWN),
    "random": (r"\brandom_device\b|\bs?rand\s*\(", "take chance from what was passed in", OWN),
    "environment": (r"\b(secure_)?getenv\s*\(", "only main reads the environment", OWN),
    "print": (r"\bstd::(cout|cerr|clog)\b|\bv?f?printf\s*\(|\bf?puts\s*\(",
              "log, or return what is to be told", OWN),
    "sleep": (r"\bsleep_(for|until)\b|\b(usleep|nanosleep)\s*\(",
              "await a timer, or wait for the thing itself", OWN),
    "detached": (r"\bdetached\b", "it swallows exceptions: pass a completion handler", OWN),
    "spdlog": (r"\bspdlog\b", "log through the injected sink", ("model/", "myko/")),
    "simdjson": (r"\bsimdjson\b", "parse with model/json.hpp",
                 ("myko/", "executor/", "launchpad/")),
}

# What a folder must not include.
LAYERS = {
    "model/": ("myko/", "executor/", "launchpad/", "tests/"),
    "myko/": ("executor/", "launchpad/", "tests/"),
    "executor/": ("launchpad/", "tests/"),
    "launchpad/": ("executor/", "tests/"),
}

# Headers that take a compiler seconds: a header of the product would pass them on to all who
# include it. docs/HACKING.md says more.
DEAR = re.compile(r"\s*#\s*include\s*<(boost/beast|boost/asio/ssl|re2/|CLI/|spdlog/|toml\+\+)")

REMINDER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~*}-])/(wo" r"rk|ro" r"ot|ho" r"me)/")


def without_comments_and_strings(text):
    """C++ with comments and the insides of strings blanked; every line stays where it is."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|'
        r"[^'\\\n])+'", re.DOTALL)

    def blank(match):
        found = match.group()
        if found.startswith("/"):
            return re.sub(r"[^\n]", " ", found)
        return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]

    return pattern.sub(blank, text)


def kind_of_block(head, scopes):
    if head.count("(") > head.count(")") or any(kind == "function" for kind, _ in scopes):
        return "inner"
    # `) {`, `) const {`, `) -> type {` end the head of a function, whatever it returns.
    ends_parameters = re.search(r"\)\s*(const|noexcept|override|final|mutable|\s|->.*)*$", head,
                                re.DOTALL)
    if re.search(r"\b(namespace|extern)\b", head) or (
            re.search(r"\b(class|struct|union|enum)\b", head) and not ends_parameters):
        return "scope"
    return "function" if "(" in head else "inner"


def functions(code):
    """(first line, number of lines) of each function outside of another one. A heuristic: a block
    in a namespace or class whose head has a parenthesis."""
    scopes = []
    head_start = 0
    for match in re.finditer(r"[{};]|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", code, re.MULTILINE):
        token, at = match.group(), match.start()
        head = code[head_start:at]
        within_parentheses = head.count("(") > head.count(")")
        if token == "{":
            start = head_start + len(head) - len(head.lstrip())
            scopes.append((kind_of_block(head, scopes), start))
        elif token == "}" and scopes:
            kind, start = scopes.pop()
            if kind == "function":
                first = code.count("\n", 0, start) + 1
                yield first, code.count("\n", 0, at) + 2 - first
        if not within_parentheses:
            head_start = match.end()


def cxx_findings(path, text):
    code = without_comments_and_strings(text)
    for number, line in enumerate(code.splitlines(), 1):
        for rule, (pattern, instead, folders) in BANNED.items():
            if path.startswith(folders) and re.search(pattern, line):
                yield number, rule, instead
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
        for layer, banned in LAYERS.items():
            if include and path.startswith(layer) and include.group(1).startswith(banned):
                yield number, "layer", f"{layer} must not include {include.group(1)}"
        if path.endswith(".hpp") and path.startswith(tuple(LAYERS)) and DEAR.match(line):
            yield number, "dear-header", "include it in a .cpp: it is dear to compile"
        if include and path == "cmake/precompiled.hpp":
            yield number, "precompiled", "a change of one of ours would build everything anew"
    for first, length in functions(code):
        if length > FUNCTION_LINES_MAX:
            yield first, "long-function", f"{length} lines, more than {FUNCTION_LINES_MAX}"
    if path.endswith(".hpp") and "#pragma once" not in text:
        yield 1, "pragma-once", "a header needs #pragma once"


def markdown_findings(text):
    titles, fenced = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and re.match(r"# \S", line):
            titles.append(number)
    if len(titles) != 1:
        yield titles[1] if titles else 1, "one-title", f"{len(titles)} lines start with `# `, not 1"


def text_findings(path, text):
    sample = "/fixtures/" in path or "/corpus/" in path
    kind = pathlib.PurePath(path)
    narrow = (kind.suffix in NARROW or kind.name == "CMakeLists.txt" or text.startswith("#!"))
    for number, line in enumerate(text.split("\n"), 1):
        # Samples of the wire and pictures are not broken into lines.
        whole = "data:image" in line or (path.startswith("tests/") and 'R"' in line)
        if narrow and len(line) > COLUMNS_MAX and not whole:
            yield number, "long-line", f"{len(line)} columns, more than {COLUMNS_MAX}"
        if not sample and line != line.rstrip():
            yield number, "trailing-blank", "the line ends with white space"
        if REMINDER.search(line):
            yield number, "reminder", "do it, or file it"
        if MACHINE_PATH.search(line):
            yield number, "machine-path", "a path of one machine"
    if text and not sample and not text.endswith("\n"):
        yield text.count("\n") + 1, "last-newline", "the last line does not end"


def findings_in(path, text):
    yield from text_findings(path, text)
    if pathlib.PurePath(path).suffix in CXX:
        yield from cxx_findings(path, text)
    if path.endswith(".md"):
        yield from markdown_findings(text)


def unregistered(files):
    """C++ files that no CMakeLists.txt, of their folder or one above, names."""
    for path in files:
        if not path.endswith(".cpp"):
            continue
        place = pathlib.PurePath(path)
        for folder in place.parents:
            lists = [files.get(str(folder / "CMakeLists.txt"))]
            if str(folder) == ".":
                lists += [text for name, text in files.items() if name.endswith(".cmake")]
            name = re.escape(str(place.relative_to(folder)))
            if any(text and re.search(rf"(?<![\w-]){name}(?![\w.-])", text) for text in lists):
                break
        else:
            yield path, 1, "unregistered", "no CMakeLists.txt names it"


class Allowed:
    """allowed.txt: a line for each exception, `RULE PATH-PATTERN REASON...`."""

    def __init__(self, text):
        self.entries = []
        self.used = set()
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                rule, pattern, reason = (line.split(None, 2) + ["", ""])[:3]
                self.entries.append((number, rule, pattern, reason))

    def covers(self, path, rule):
        found = [number for number, its_rule, pattern, _ in self.entries
                 if rule == its_rule and fnmatch.fnmatch(path, pattern)]
        self.used.update(found)
        return bool(found)

    def findings(self, where):
        for number, rule, pattern, reason in self.entries:
            if not reason:
                yield where, number, "allow-list", f"{rule} {pattern} has no reason"
            if number not in self.used:
                yield where, number, "allow-list", f"{rule} {pattern} is not needed any more"


def names(root):
    try:
        done = subprocess.run(["git", "ls-files", "-coz", "--exclude-standard"], cwd=root,
                              capture_output=True, check=True)
        return sorted(set(done.stdout.decode().split("\0")) - {""})
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, inner, files in os.walk(root):
            inner[:] = [each for each in inner if each not in {".git", "build", "node_modules"}]
            found += [os.path.relpath(os.path.join(folder, each), root) for each in files]
        return sorted(found)


def read(root):
    files = {}
    for name in names(root):
        path = root / name
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if b"\0" not in content:
                files[name] = content.decode(errors="replace")
    return files


def check(files, allowed):
    found = [(path, *each) for path, text in files.items() for each in findings_in(path, text)]
    found += unregistered(files)
    return [each for each in found if not allowed.covers(each[0], each[2])]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                        pathlib.Path(__file__).parents[2]).resolve()
    where = "tests/tidy/allowed.txt"
    files = read(root)
    allowed = Allowed(files.get(where, ""))
    found = check(files, allowed)
    found += allowed.findings(where)
    for path, line, rule, text in sorted(found):
        print(f"{path}:{line}: {rule}: {text}")
    print(f"house rules: {len(files)} files, {len(found)} findings")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
