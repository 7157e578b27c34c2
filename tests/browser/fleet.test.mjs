import assert from "node:assert/strict";
import test from "node:test";
import { Commands, answerWithin, answersKept } from "../../launchpad/page/commands.js";
import * as fleet from "../../launchpad/page/fleet.js";

const table = (...items) => new Map(items.map((item) => [item.id, item]));

test("one executor that has it online is enough", () => {
  const statuses = table(
    { id: "1", targetId: "a", status: "online" },
    { id: "2", targetId: "a", status: "offline" },
    { id: "3", targetId: "b", status: "offline" },
  );
  assert.deepEqual(
    [...fleet.statusByTarget(statuses)],
    [
      ["a", "online"],
      ["b", "offline"],
    ],
  );
});

test("the latest state of a target, found without its Emitter too", () => {
  const pulses = table(
    { id: "s:a:state", emitterId: "s:a:state", data: { status: "running" } },
    { id: "s:b:state", data: { status: "exited", exitCode: 3 } },
    { id: "s:c:state", data: { status: 7 } },
    { id: "s:d:output", data: { status: "running" } },
    { id: "s:e:state", data: null },
  );
  const emitters = table({ id: "s:b:state", targetId: "elsewhere" });
  const states = fleet.stateByTarget(pulses, emitters);
  assert.deepEqual(Object.fromEntries(states), {
    "s:a": { word: "running", tone: "good" },
    elsewhere: { word: "exited 3", tone: "bad" },
  });
});

test("alerts of a target: the most severe gives the word, and all messages are shown", () => {
  const about = (entityId, rest) => ({ entityId, entityType: "Target", ...rest });
  const alerts = table(
    { id: "a1", ...about("a", { level: "warn", code: "unhealthy", message: "It is ill." }) },
    { id: "a2", ...about("a", { level: "error", code: "crash-loop", message: "It crashes." }) },
    { id: "b1", ...about("b", { level: "info", code: "", message: 7 }) },
    { id: "c1", ...about("c", { level: "odd", code: "x", message: "" }), entityType: "Action" },
  );
  assert.deepEqual(
    [...fleet.alertsByTarget(alerts)],
    [
      [
        "a",
        { word: "crash-loop", tone: "bad", message: "It crashes. It is ill.", urgency: 2 },
      ],
      ["b", { word: "info", tone: "quiet", message: "", urgency: 0 }],
    ],
  );
});

test("without Alert items, the last value of an alerts emitter tells what is wrong", () => {
  const all = [
    { code: "crash-loop", level: "error", message: "It crashes.", since: "2026-11-30T10:00:00Z" },
    { code: "unhealthy", level: "warn", message: "It is ill.", since: "2026-11-30T10:00:00Z" },
  ];
  const pulses = table(
    { id: "s:a:alerts", emitterId: "s:a:alerts", data: { ...all[1], active: true, all } },
    { id: "s:b:alerts", emitterId: "s:b:alerts", data: { ...all[1], active: false, all: [] } },
    { id: "s:c:alerts", emitterId: "s:c:alerts", data: { all: [null, 7] } },
    { id: "s:d:alerts", emitterId: "s:d:alerts", data: null },
    { id: "s:e:output", emitterId: "s:e:output", data: { all } },
    { id: "row", emitterId: "x", data: { all } },
  );
  const found = fleet.alertsByTarget(fleet.alertsFromPulses(pulses, new Map()));
  assert.deepEqual(
    [...found],
    [
      [
        "s:a",
        { word: "crash-loop", tone: "bad", message: "It crashes. It is ill.", urgency: 2 },
      ],
    ],
  );
});

test("the target of an alerts emitter is the Emitter's, where that is known", () => {
  const all = [{ code: "x", level: "warn", message: "m" }];
  const pulses = table({ id: "r:i", emitterId: "r:alerts", data: { active: true, all } });
  const emitters = table({ id: "r:alerts", targetId: "t" });
  const found = fleet.alertsByTarget(fleet.alertsFromPulses(pulses, emitters));
  assert.deepEqual([...found.keys()], ["t"]);
});

test("colours are the target's own, or those of its category", () => {
  assert.deepEqual(fleet.coloursOf({ bgColor: "#123456", fgColor: "#ffffff" }), [
    "#123456",
    "#ffffff",
  ]);
  assert.deepEqual(fleet.coloursOf({ category: "container" }), ["#0f766e", "#ffffff"]);
  const [other] = fleet.coloursOf({ category: "light" });
  assert.match(other, /^#[0-9a-f]{6}$/);
  assert.equal(fleet.coloursOf({ category: "light" })[0], other);
  for (const category of [undefined, "", 7, "constructor", "__proto__"]) {
    assert.match(fleet.coloursOf({ category })[0], /^#[0-9a-f]{6}$/, String(category));
  }
});

test("actions come in the order that the target gives", () => {
  const actions = table(
    { id: "t:b", targetId: "t" },
    { id: "t:a", targetId: "t" },
    { id: "t:c", targetId: "t" },
    { id: "u:a", targetId: "u" },
  );
  const found = fleet.actionsOf("t", actions, { actionIds: ["t:c", "t:b"] });
  assert.deepEqual(
    found.map(({ id }) => id),
    ["t:c", "t:b", "t:a"],
  );
});

test("where a core keeps no order, actions come in the usual one, by their ids", () => {
  const named = (verb, name) => ({ id: `t:${verb}`, targetId: "t", name });
  const actions = table(named("stop", "Stop"), named("blink", "A"), named("run", "Run"));
  assert.deepEqual(
    fleet.actionsOf("t", actions, { id: "t" }).map(({ id }) => id),
    ["t:run", "t:stop", "t:blink"],
  );
});

test("why a button cannot be pressed is said in words", () => {
  const why = (connected, status) => fleet.whyNot({ connected, status, targetName: "clock" });
  assert.equal(why(true, "online"), "");
  assert.match(why(false, "online"), /Not connected/);
  assert.match(why(true, "offline"), /clock is offline/);
  assert.match(why(true, "unknown"), /No executor/);
});

test("an instance with an error, a message or a lost connection is urgent", () => {
  const clients = table({ id: "me" }, { id: "c1" });
  const view = (instance, known = clients) =>
    fleet.instanceView({ id: "i", ...instance }, known, "me");
  assert.equal(view({ status: "Available", clientId: "c1" }).urgent, false);
  assert.equal(view({ status: "Available", clientId: "c1", message: "low disk" }).tone, "warn");
  assert.equal(view({ status: "Error", clientId: "c1" }).urgent, true);
  const gone = view({ status: "Available", clientId: "c9" });
  assert.equal(gone.status, "Connection gone");
  assert.equal(gone.message, "It last said: Available.");
  // A core that does not tell of its clients is no proof that anybody is gone.
  assert.equal(view({ status: "Available", clientId: "c9" }, new Map()).urgent, false);
  assert.equal(view({ name: 5, status: null }).name, "i");
});

function press(commands, tx, now = 0) {
  return commands.sent({ tx, actionId: "t:run", what: "run on t", now });
}

test("an answer finds its command, once", () => {
  const commands = new Commands();
  const entry = press(commands, "1", 100);
  assert.equal(commands.isWaiting("t:run"), true);
  assert.equal(commands.answered({ tx: "2", ok: true }, 150), false);
  assert.equal(commands.answered({ tx: "1", ok: true, response: { run: "r" } }, 350), true);
  assert.deepEqual([entry.phase, entry.words, entry.took], ["done", "run: r", 250]);
  assert.equal(commands.answered({ tx: "1", ok: false, message: "no" }, 400), false);
  assert.equal(commands.isWaiting("t:run"), false);
});

test("no answer in time frees the button; a late one still counts", () => {
  const commands = new Commands();
  const entry = press(commands, "1");
  assert.equal(commands.tick(answerWithin), false);
  assert.equal(commands.tick(answerWithin + 1), true);
  assert.equal(entry.phase, "silent");
  assert.equal(commands.isWaiting("t:run"), false);
  commands.answered({ tx: "1", ok: false, message: "too busy" }, 20_000);
  assert.deepEqual([entry.phase, entry.words], ["refused", "too busy"]);
});

test("a lost connection ends the waiting", () => {
  const commands = new Commands();
  const entry = press(commands, "1");
  assert.equal(commands.connectionLost(), true);
  assert.equal(entry.phase, "lost");
  assert.equal(commands.connectionLost(), false);
});

test("the log is bounded", () => {
  const commands = new Commands();
  for (let number = 0; number < answersKept + 5; number += 1) press(commands, String(number));
  assert.equal(commands.entries.length, answersKept);
  assert.equal(commands.answered({ tx: "0", ok: true }, 1), false);
});
