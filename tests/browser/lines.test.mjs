import assert from "node:assert/strict";
import test from "node:test";
import { LineBuffer } from "../../launchpad/page/line_buffer.js";
import { LineReader, lineCharsMax, timeOfPulse, wordsOfEvent } from "../../launchpad/page/lines.js";

const context = { targetId: "t", emitter: "output", now: 1000 };
const at = (second) => new Date(second * 1000).toISOString();

function pulse(seq, text, rest = {}) {
  const data = {
    seq,
    count: text.split("\n").length,
    text,
    stream: "stdout",
    time: at(seq),
    ...rest,
  };
  return { id: "t:output", emitterId: "t:output", hash: `${seq}-${rest.time ?? ""}`, data };
}

const texts = (lines) => lines.map((line) => (line.kind === "note" ? `[${line.text}]` : line.text));

test("a pulse is as many lines as it holds, on the stream that it came from", () => {
  const reader = new LineReader();
  const lines = reader.read(pulse(1, "a\nb", { stream: "stderr" }), context);
  assert.deepEqual(texts(lines), ["a", "b"]);
  assert.equal(lines[0].stream, "stderr");
  assert.equal(lines[0].time, 1000);
  assert.equal(lines[0].emitterId, "t:output");
});

test("lines that follow on need no note, lines that do not are counted", () => {
  const reader = new LineReader();
  reader.read(pulse(5, "a\nb"), context);
  assert.deepEqual(texts(reader.read(pulse(7, "c"), context)), ["c"]);
  assert.deepEqual(texts(reader.read(pulse(20, "d"), context)), ["[12 lines missing]", "d"]);
  assert.deepEqual(texts(reader.read(pulse(22, "e"), context)), ["[1 line missing]", "e"]);
});

test("a notice stands for what the executor dropped, and is no gap", () => {
  const reader = new LineReader();
  const notice = (data, hash) => ({ id: "t:output", emitterId: "t:output", hash, data });
  reader.read(pulse(1, "a"), context);
  const dropped = { suppressed: 3, from: 2, to: 4, reason: "outbox full" };
  const told = reader.read(notice(dropped, "n1"), context);
  assert.deepEqual(texts(told), ["[3 lines dropped: outbox full]"]);
  assert.deepEqual(texts(reader.read(pulse(5, "b"), context)), ["b"]);
  const unknown = { suppressed: null, from: null, to: null, reason: "log rotated" };
  const guessed = reader.read(notice(unknown, "n2"), context);
  assert.deepEqual(texts(guessed), ["[lines may be missing: log rotated]"]);
  assert.deepEqual(texts(reader.read(pulse(6, "c"), context)), ["c"]);
});

test("what was shown is not shown again", () => {
  const reader = new LineReader();
  reader.read(pulse(1, "a"), context);
  reader.read(pulse(2, "b\nc"), context);
  assert.deepEqual(reader.read(pulse(2, "b\nc"), context), []);
  assert.deepEqual(reader.read(pulse(1, "a"), context), []);
  const wider = { ...pulse(2, "b\nc\nd"), hash: "other" };
  assert.deepEqual(texts(reader.read(wider, context)), ["d"]);
});

test("newer lines with older numbers: the numbering began again", () => {
  const reader = new LineReader();
  reader.read(pulse(90, "old"), context);
  const lines = reader.read(pulse(1, "new", { time: at(100) }), context);
  assert.deepEqual(texts(lines), ["[the numbering of lines began again]", "new"]);
  assert.deepEqual(texts(reader.read(pulse(2, "next", { time: at(101) }), context)), ["next"]);
});

test("other emitters are told in words, twice only if they happened twice", () => {
  const reader = new LineReader();
  const finish = {
    id: "t:finish",
    emitterId: "t:finish",
    hash: "1",
    data: { exitCode: 3, time: at(9) },
  };
  const [line] = reader.read(finish, { ...context, emitter: "finish" });
  assert.equal(line.kind, "event");
  assert.equal(line.text, "exit code: 3");
  assert.equal(line.time, 9000);
  assert.deepEqual(reader.read(finish, context), []);
  assert.equal(reader.read({ ...finish, hash: "2" }, context).length, 1);
});

test("events are told without what is empty, with how long it took", () => {
  const data = {
    exitCode: 3,
    oomKilled: false,
    error: "",
    data: null,
    containerId: "f".repeat(64),
  };
  assert.equal(wordsOfEvent(data), "exit code: 3, oom killed: no");
  assert.equal(wordsOfEvent({ ...data, exitCode: null }), "exit code: unknown, oom killed: no");
  const ran = { exitCode: 0, startedAt: at(1), finishedAt: at(3) };
  assert.equal(wordsOfEvent(ran), "exit code: 0, after 2.0 s");
  assert.equal(wordsOfEvent({ image: "a", startedAt: at(1) }), "image: a");
  assert.equal(wordsOfEvent(null), "");
  assert.equal(wordsOfEvent([1]), "1");
});

test("an event's time is the end of a run, or its start", () => {
  assert.equal(timeOfPulse({ data: { startedAt: at(1), finishedAt: at(3) }, timestamp: 9 }), 3000);
  assert.equal(timeOfPulse({ data: { startedAt: at(1) }, timestamp: 9 }), 1000);
  assert.equal(timeOfPulse({ data: {}, timestamp: 9 }), 9);
  assert.equal(timeOfPulse({}), null);
});

test("pulses of any shape are survived", () => {
  const reader = new LineReader();
  for (const data of [
    undefined,
    null,
    5,
    "text",
    [],
    { text: 7 },
    { text: "a", seq: -1 },
    { seq: 1 },
  ]) {
    const [line] = reader.read({ id: "t:x", data }, context);
    assert.equal(typeof line.text, "string");
    assert.equal(line.time, 1000);
  }
  assert.deepEqual(texts(reader.read(pulse(1, "a", { count: "many" }), context)), ["a"]);
});

test("a line is cut at a limit, and says by how much", () => {
  const [line] = new LineReader().read(pulse(1, "x".repeat(lineCharsMax + 10)), context);
  assert.equal(line.text.length, lineCharsMax);
  assert.equal(line.cut, 10);
});

test("a pulse that the executor cut short says so on its last line", () => {
  const lines = new LineReader().read(pulse(1, "a\nb", { truncated: true }), context);
  assert.deepEqual(
    lines.map((line) => Boolean(line.truncated)),
    [false, true],
  );
});

function fill(buffer, emitterId, count) {
  for (let left = count; left > 0; left -= 1)
    buffer.push({ emitterId, text: `${emitterId} ${left}` });
}
const counts = (buffer) => {
  const found = {};
  for (const { emitterId } of buffer.after(0)) found[emitterId] = (found[emitterId] ?? 0) + 1;
  return found;
};

test("the buffer is bounded, and what is dropped is counted and told", () => {
  const dropped = [];
  const buffer = new LineBuffer({ limit: 100, onDrop: (line) => dropped.push(line) });
  fill(buffer, "a", 1000);
  assert.ok(buffer.size <= 110);
  buffer.trim();
  assert.equal(buffer.size, 100);
  assert.equal(buffer.dropped, 900);
  assert.equal(dropped.length, 900);
  assert.deepEqual(
    [...buffer.after(0)].map((line) => line.number),
    Array.from({ length: 100 }, (_, i) => 901 + i),
  );
  assert.equal(buffer.last, 1000);
});

test("one that floods does not push out one that is quiet", () => {
  const buffer = new LineBuffer({ limit: 100 });
  fill(buffer, "quiet", 3);
  fill(buffer, "loud", 50_000);
  fill(buffer, "other", 10);
  buffer.trim();
  assert.deepEqual(counts(buffer), { quiet: 3, loud: 87, other: 10 });
  fill(buffer, "other", 500);
  buffer.trim();
  const now = counts(buffer);
  assert.equal(now.quiet, 3);
  assert.ok(Math.abs(now.loud - now.other) <= 1);
});

test("lines after a number come in order of arrival", () => {
  const buffer = new LineBuffer({ limit: 10 });
  fill(buffer, "a", 2);
  fill(buffer, "b", 2);
  assert.deepEqual(
    [...buffer.after(1)].map((line) => line.number),
    [2, 3, 4],
  );
  assert.deepEqual([...buffer.after(4)], []);
  buffer.clear();
  assert.equal(buffer.size, 0);
  fill(buffer, "a", 1);
  assert.deepEqual(
    [...buffer.after(0)].map((line) => line.number),
    [5],
  );
});

test("of a core without hashes, a value that comes again with a connection is shown once", () => {
  const reader = new LineReader();
  const event = (data) => ({ id: "t:finish", emitterId: "t:finish", data });
  const first = event({ exitCode: 3, seq: 1 });
  assert.equal(reader.read(first, context).length, 1);
  assert.equal(reader.read(structuredClone(first), context).length, 0);
  assert.equal(reader.read(event({ exitCode: 3, seq: 2 }), context).length, 1);
  assert.equal(reader.read(event(null), context).length, 1);
  assert.equal(reader.read(event(null), context).length, 0);
});

test("of a core without hashes, equal lines are told apart by their numbers", () => {
  const reader = new LineReader();
  const line = (seq) => {
    const { hash, ...rest } = pulse(seq, "the same");
    return rest;
  };
  assert.deepEqual(texts(reader.read(line(1), context)), ["the same"]);
  assert.deepEqual(texts(reader.read(line(2), context)), ["the same"]);
  assert.deepEqual(texts(reader.read(line(2), context)), []);
});

test("a change of alerts is told in words", () => {
  const all = [{ code: "unhealthy", level: "warn", message: "It is ill." }];
  assert.equal(wordsOfEvent({ ...all[0], active: true, all }), "unhealthy: It is ill.");
  assert.equal(wordsOfEvent({ ...all[0], active: false, all: [] }), "unhealthy is over");
  assert.equal(wordsOfEvent({ code: "", active: false, all: [] }), "nothing is wrong");
  assert.equal(wordsOfEvent({ code: null, active: false, all }), "1 alert");
});

test("that nothing was ever wrong is no line", () => {
  const reader = new LineReader();
  const value = (data) => ({ id: "t:alerts", emitterId: "t:alerts", data });
  const none = { code: "", level: "info", message: "", active: false, since: null, all: [] };
  assert.deepEqual(reader.read(value(none), context), []);
  const one = { code: "unhealthy", level: "warn", message: "It is ill.", since: at(1) };
  const [line] = reader.read(value({ ...one, active: true, all: [one] }), context);
  assert.equal(line.text, "unhealthy: It is ill.");
});
