import assert from "node:assert/strict";
import test from "node:test";
import * as words from "../../launchpad/page/words.js";

test("keys read as words", () => {
  assert.equal(words.keyWords("exitCode"), "exit code");
  assert.equal(words.keyWords("exit_code"), "exit code");
  assert.equal(words.keyWords("memory-bytes"), "memory bytes");
});

test("a value of any shape becomes one bounded line", () => {
  const data = { exitCode: 3, oomKilled: false, by: null, who: { name: "a" }, list: [1, 2] };
  const line = "exit code: 3, oom killed: no, by: none, who: (name: a), list: (1, 2)";
  assert.equal(words.compact(data), line);
  assert.equal(words.compact("plain"), "plain");
  assert.equal(words.compact([]), "none");
  assert.equal(words.compact({ seq: 1, status: "running" }, { skip: ["seq"] }), "status: running");
  const wide = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`k${at}`, at]));
  assert.match(words.compact(wide), /84 more$/);
  assert.ok(words.compact("x".repeat(100_000)).length < 500);
  let deep = {};
  for (let level = 0; level < 5000; level += 1) deep = { deep };
  assert.match(words.compact(deep), /…/);
});

test("an answer that only says done has no words of its own", () => {
  assert.equal(words.answerWords(null), "");
  assert.equal(words.answerWords(undefined), "");
  assert.equal(words.answerWords(true), "");
  assert.equal(words.answerWords({}), "");
  assert.equal(words.answerWords("accepted"), "accepted");
  assert.equal(words.answerWords({ run: "r1" }), "run: r1");
});

test("times are read from text and numbers, and nonsense is none", () => {
  assert.equal(words.timeOf("1970-01-01T00:00:01Z"), 1000);
  assert.equal(words.timeOf("1970-01-01T00:00:01.123456789Z"), 1123);
  assert.equal(words.timeOf(5), 5);
  for (const bad of ["soon", "", null, undefined, {}, NaN, 1e300, true]) {
    assert.equal(words.timeOf(bad), null);
  }
  assert.match(words.clockTime(0), /^\d\d:\d\d:\d\d\.000$/);
  assert.equal(words.clockTime(NaN), "");
});

test("durations and counts", () => {
  assert.equal(words.seconds(412), "412 ms");
  assert.equal(words.seconds(1234), "1.2 s");
  assert.equal(words.seconds(61_000), "1 min 1 s");
  assert.equal(words.count(1, "line"), "1 line");
  assert.equal(words.count(5000, "line"), "5,000 lines");
});

test("what cannot be seen, or hides what follows, is made visible", () => {
  assert.equal(words.visible("\u001b[31mred\u001b[0m"), "red");
  assert.equal(words.visible("\u001b]0;title\u0007text"), "text");
  assert.equal(words.visible("bell\u0007"), "bell\u2407");
  assert.equal(words.visible("lone \u001b"), "lone \u241b");
  assert.equal(words.visible("\u202egnp.exe"), "<U+202E>gnp.exe");
  assert.equal(words.visible("line\r"), "line");
  assert.equal(words.visible("10%\r20%"), "10%\u240d20%");
  assert.equal(words.visible("tab\there"), "tab\there");
});
