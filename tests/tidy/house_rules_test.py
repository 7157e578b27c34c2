#!/usr/bin/python3
"""Each house rule reports what it is for, and leaves alone what looks alike."""

import unittest

import house_rules


def rules(path, text):
    return [rule for _, rule, _ in house_rules.findings_in(path, text)]


class Rules(unittest.TestCase):
    def found(self, rule, path, *lines):
        self.assertEqual(rules(path, "".join(f"{line}\n" for line in lines)), [rule], lines)

    def clean(self, path, *lines):
        self.assertEqual(rules(path, "".join(f"{line}\n" for line in lines)), [], lines)

    def test_banned_calls(self):
        for rule, line in [
                ("clock", "auto now = std::chrono::steady_clock::now();"),
                ("clock", "seed(time(nullptr));"),
                ("random", "std::random_device chance;"),
                ("random", "int n = rand() % 6;"),
                ("environment", 'auto home = std::getenv("HOME");'),
                ("print", "std::cerr << 1;"),
                ("print", 'printf("x");'),
                ("sleep", "std::this_thread::sleep_for(1s);"),
                ("detached", "asio::co_spawn(io, run(), asio::detached);"),
                ("simdjson", "#include <simdjson.h>")]:
            self.found(rule, "executor/a.cpp", line)
        self.found("spdlog", "myko/a.cpp", "#include <spdlog/spdlog.h>")
        self.clean("executor/a.cpp", "#include <spdlog/spdlog.h>")
        self.clean("model/a.cpp", "#include <simdjson.h>")

    def test_comments_and_strings_are_no_calls(self):
        self.clean("executor/a.cpp", "// unlike getenv() it is fast", 'auto x = "printf()";',
                   "/* std::cout", "   rand() */", 'auto y = R"(rand())";', "snprintf(a, 1'000);",
                   "operand(1); my_time(nullptr);")

    def test_layers(self):
        self.found("layer", "model/a.cpp", '#include "myko/messages.hpp"')
        self.found("layer", "myko/a.cpp", '#include "executor/app.hpp"')
        self.found("layer", "launchpad/a.cpp", '#include "executor/app.hpp"')
        self.clean("executor/a.cpp", '#include "myko/messages.hpp"')

    def test_dear_headers_stay_in_sources(self):
        for dear in ["boost/beast/websocket.hpp", "boost/asio/ssl.hpp", "toml++/toml.h"]:
            self.found("dear-header", "myko/a.hpp", "#pragma once", f"#include <{dear}>")
            self.clean("myko/a.cpp", f"#include <{dear}>")
        self.clean("myko/a.hpp", "#pragma once", "#include <boost/asio/awaitable.hpp>")

    def test_only_headers_of_others_are_precompiled(self):
        self.found("precompiled", "cmake/precompiled.hpp", "#pragma once",
                   '#include "model/json.hpp"')
        self.clean("cmake/precompiled.hpp", "#pragma once", "#include <string>")

    def test_headers_have_a_guard(self):
        self.found("pragma-once", "model/a.hpp", "int x;")

    def function(self, head, lines):
        return ["namespace a {", "class b {", head, *["  x();"] * (lines - 2), "}", "};", "}"]

    def test_long_functions(self):
        for head in ["void f() {", "auto f() const -> result<int> {", "TEST(a, b) {",
                     "int f(const std::map<a, b>& c = {}) {", "b() : x_(1), y_(2) {"]:
            self.found("long-function", "model/a.cpp", *self.function(head, 71))
            self.clean("model/a.cpp", *self.function(head, 70))
        self.clean("model/a.cpp", *["int a(int b) {", "}"] * 60)
        self.clean("model/a.cpp", "struct x final : y {", *["  int f();"] * 90, "};")
        self.found("long-function", "model/a.cpp", "void f() {", "  for (;;) {", *["  x();"] * 70,
                   "  }", "}")

    def test_text(self):
        self.found("long-line", "a.js", "x" * 101)
        self.clean("a.js", "x" * 100)
        self.clean("a.md", "# One", "x" * 101)
        self.found("trailing-blank", "a.txt", "x ")
        self.found("reminder", "a.txt", "TO" "DO: later")
        self.found("machine-path", "a.txt", "see /ho" "me/me/notes")
        self.clean("a.txt", "https://example.org/work/x and a/home/b")
        self.assertEqual(rules("a.txt", "x"), ["last-newline"])

    def test_markdown_has_one_title(self):
        self.found("one-title", "a.md", "text")
        self.found("one-title", "a.md", "# One", "# Two")
        self.clean("a.md", "# One", "```", "# a comment", "```", "## Part")

    def test_registration(self):
        files = {"tests/a/CMakeLists.txt": "t(x SOURCES one_test.cpp)", "tests/a/one_test.cpp": "",
                 "tests/a/two_test.cpp": "", "tests/a/deep/one_test.cpp": ""}
        self.assertEqual([path for path, *_ in house_rules.unregistered(files)],
                         ["tests/a/two_test.cpp", "tests/a/deep/one_test.cpp"])

    def test_exceptions_need_a_reason_and_a_use(self):
        allowed = house_rules.Allowed("clock myko/* the clock\nprint a.cpp\nsleep b.cpp so\n")
        found = house_rules.check({"myko/a.hpp": "#pragma once\nauto x = steady_clock::now();\n",
                                   "CMakeLists.txt": ""}, allowed)
        self.assertEqual(found, [])
        self.assertEqual([text for *_, text in allowed.findings("allowed.txt")], [
            "print a.cpp has no reason", "print a.cpp is not needed any more",
            "sleep b.cpp is not needed any more"])


if __name__ == "__main__":
    unittest.main()
