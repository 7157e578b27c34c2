import assert from "node:assert/strict";
import test from "node:test";
import { Connection, makeUuid, timing } from "../../launchpad/page/connection.js";

// A world without network or clock: sockets that do as they are told, time that passes when it is
// told to.
class World {
  time = 1_000_000;
  sockets = [];
  states = [];
  queries = [];
  errors = [];
  answers = [];
  #timers = [];
  #every = [];
  #ids = 0;

  constructor() {
    this.connection = new Connection({
      url: "ws://core/myko",
      queries: { Target: "GetAllTargets", Pulse: "GetAllPulses" },
      on: {
        state: (state) => this.states.push(state),
        query: (type, data) => this.queries.push([type, data.sequence]),
        queryError: (type, words) => this.errors.push([type, words]),
        answer: (answer) => this.answers.push(answer),
      },
      open: (url) => {
        const socket = { url, sent: [], closed: false };
        socket.send = (text) => socket.sent.push(JSON.parse(text));
        socket.close = () => (socket.closed = true);
        this.sockets.push(socket);
        return socket;
      },
      now: () => this.time,
      later: (ms, run) => {
        const timer = { at: this.time + ms, run };
        this.#timers.push(timer);
        return timer;
      },
      cancel: (timer) => (this.#timers = this.#timers.filter((one) => one !== timer)),
      every: (ms, run) => this.#every.push({ ms, run, next: this.time + ms }),
      uuid: () => `tx-${(this.#ids += 1)}`,
      random: () => 1,
    });
    this.connection.start();
  }

  get socket() {
    return this.sockets.at(-1);
  }

  get phase() {
    return this.connection.state.phase;
  }

  pass(ms) {
    for (const end = this.time + ms; this.time < end; this.time += 50) {
      for (const timer of this.#timers.filter((one) => one.at <= this.time)) {
        this.#timers = this.#timers.filter((one) => one !== timer);
        timer.run();
      }
      for (const one of this.#every) {
        if (one.next > this.time) continue;
        one.next += one.ms;
        one.run();
      }
    }
  }

  opened() {
    this.socket.onopen({});
  }

  says(event, data) {
    this.hears(JSON.stringify({ data, event }));
  }

  hears(text) {
    this.socket.onmessage({ data: text });
  }

  sent(event) {
    return this.socket.sent.filter((message) => message.event === event);
  }

  txOf(queryId) {
    return this.sent("ws:m:query").find(({ data }) => data.queryId === queryId).data.query.tx;
  }
}

test("once open it asks all its queries", () => {
  const world = new World();
  assert.equal(world.phase, "connecting");
  world.opened();
  assert.equal(world.phase, "connected");
  const asked = world.sent("ws:m:query").map(({ data }) => [data.queryId, data.queryItemType]);
  assert.deepEqual(asked, [
    ["GetAllTargets", "Target"],
    ["GetAllPulses", "Pulse"],
  ]);
  const command = { tx: "x", clientId: "me" };
  world.says("ws:m:command", { commandId: "SetClientId", command });
  assert.equal(world.connection.state.clientId, "me");
});

test("responses reach whoever asked, others nobody", () => {
  const world = new World();
  world.opened();
  world.says("ws:m:query-response", { tx: world.txOf("GetAllPulses"), sequence: 0 });
  world.says("ws:m:query-response", { tx: "unknown", sequence: 0 });
  world.says("ws:m:query-error", { tx: world.txOf("GetAllTargets"), message: "no handler" });
  assert.deepEqual(world.queries, [["Pulse", 0]]);
  assert.deepEqual(world.errors, [["Target", "no handler"]]);
});

test("answers to commands, with and without a reason", () => {
  const world = new World();
  assert.equal(world.connection.command("ExecTargetAction", {}), null);
  world.opened();
  const tx = world.connection.command("ExecTargetAction", { action: { id: "a" }, data: { v: 1 } });
  const [{ data }] = world.sent("ws:m:command");
  assert.equal(data.commandId, "ExecTargetAction");
  assert.equal(data.command.tx, tx);
  assert.match(data.command.createdAt, /^\d{4}-.*Z$/);
  assert.deepEqual(data.command.action, { id: "a" });
  world.says("ws:m:command-response", { tx, response: null });
  world.says("ws:m:command-error", { tx: "other" });
  assert.deepEqual(world.answers, [
    { tx, ok: true, response: null },
    { tx: "other", ok: false, message: "no reason was given" },
  ]);
});

test("what is not understood is survived", () => {
  const world = new World();
  world.opened();
  for (const text of ["Error parsing message", "", "null", "7", "[]", '{"event":5}', "{}"])
    world.hears(text);
  world.socket.onmessage({ data: new ArrayBuffer(3) });
  world.says("ws:m:nobody-knows", { a: 1 });
  world.says("ws:m:command", { commandId: "SetClientId" });
  world.says("ws:m:command", { commandId: "Other", command: { tx: "x" } });
  world.says("ws:m:batch", [
    { event: "ws:m:command-response", data: { tx: "b", response: 1 } },
    null,
  ]);
  assert.equal(world.phase, "connected");
  assert.equal(world.answers.length, 1);
});

test("a server's own ping is never echoed", () => {
  const world = new World();
  world.opened();
  const before = world.socket.sent.length;
  world.says("ws:m:ping", { ts: 1 });
  assert.equal(world.socket.sent.length, before);
});

test("it pings when idle, and only then", () => {
  const world = new World();
  world.opened();
  world.pass(timing.idleBeforePing - 1000);
  assert.equal(world.sent("ws:m:ping").length, 0);
  world.pass(2000);
  const [ping] = world.sent("ws:m:ping");
  assert.equal(typeof ping.data.id, "string");
  assert.equal(typeof ping.data.timestamp, "number");
  world.says("ws:m:ping", ping.data);
  world.pass(timing.answerToPing * 3 - 1000);
  assert.equal(world.phase, "lost", "the second ping was not answered");
});

test("an answered ping keeps the connection", () => {
  const world = new World();
  world.opened();
  for (let minute = 0; minute < 60; minute += 1) {
    world.pass(1000);
    for (const { data } of world.sent("ws:m:ping").slice(-1)) world.says("ws:m:ping", data);
  }
  assert.equal(world.phase, "connected");
});

test("a page whose timers slept does not take the sleep for silence", () => {
  const world = new World();
  world.opened();
  world.time += 600_000;
  world.pass(1100);
  assert.equal(world.phase, "connected");
  assert.equal(world.sent("ws:m:ping").length, 1);
});

test("it comes back by itself, waiting longer each time up to the limit", () => {
  const world = new World();
  const waits = [];
  for (let failure = 0; failure < 6; failure += 1) {
    world.socket.onclose({ code: 1006 });
    assert.equal(world.phase, "lost");
    waits.push(world.connection.state.retryAt - world.time);
    world.pass(waits.at(-1) + 100);
    assert.equal(world.phase, "connecting");
  }
  assert.deepEqual(waits, [250, 500, 1000, 2000, 2000, 2000]);
  world.opened();
  world.says("ws:m:query-response", { tx: world.txOf("GetAllTargets"), sequence: 0 });
  world.socket.onclose({ code: 1006 });
  assert.equal(world.connection.state.retryAt - world.time, 250);
});

test("queries are asked anew on each connection, and old answers are not taken for new", () => {
  const world = new World();
  world.opened();
  const old = world.txOf("GetAllTargets");
  const oldSocket = world.socket;
  world.socket.onclose({ code: 1006 });
  world.pass(400);
  world.opened();
  assert.notEqual(world.socket, oldSocket);
  assert.equal(world.sent("ws:m:query").length, 2);
  world.says("ws:m:query-response", { tx: old, sequence: 5 });
  oldSocket.onmessage({ data: '{"event":"ws:m:command-response","data":{"tx":"x","response":1}}' });
  oldSocket.onclose({ code: 1006 });
  assert.deepEqual([world.queries, world.answers, world.phase], [[], [], "connected"]);
});

test("a handshake that never ends is given up", () => {
  const world = new World();
  const first = world.socket;
  world.pass(timing.openMax + 2000);
  assert.equal(first.closed, true);
  assert.ok(world.sockets.length > 1);
});

test("it can be told to try at once", () => {
  const world = new World();
  world.connection.retryNow();
  assert.equal(world.sockets.length, 1, "it is trying already");
  world.socket.onclose({ code: 1006 });
  world.connection.retryNow();
  assert.equal(world.sockets.length, 2);
  world.pass(5000);
  assert.ok(world.sockets.length <= 3, "the timer of before does not try as well");
});

test("one type can be asked for again", () => {
  const world = new World();
  world.opened();
  const old = world.txOf("GetAllPulses");
  world.connection.askAgain("Pulse");
  const [cancel] = world.sent("ws:m:query-cancel");
  assert.deepEqual([cancel.tx, cancel.data.tx], [old, old]);
  assert.equal(world.sent("ws:m:query").length, 3);
  world.says("ws:m:query-response", { tx: old, sequence: 9 });
  assert.deepEqual(world.queries, []);
});

test("ids are made where randomUUID is not to be had", () => {
  const getRandomValues = (bytes) => bytes.fill(0xff);
  const id = makeUuid({ getRandomValues });
  assert.equal(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
});
