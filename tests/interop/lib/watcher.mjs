// A UI client of a core: holds a query on every type, and sends commands.

import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { types } from "./published.mjs";
import { until, within } from "./wait.mjs";

const plural = (type, generation) =>
  generation === "ts" && type.endsWith("s") ? `${type}es` : `${type}s`;

export class Watcher {
  #url;
  #generation;
  #socket;
  #asked = 0; // connections, for the names of queries
  #waiting = new Map(); // tx -> how to hand over the answer
  #closed = false;
  connected = false;
  items = Object.fromEntries(types.map((type) => [type, new Map()]));
  pulses = []; // each that came, in order, the snapshot of each connection left out
  changes = []; // {at, type, id, item}, or item: null for a deletion

  constructor(port, generation) {
    this.#url = `ws://127.0.0.1:${port}/myko`;
    this.#generation = generation;
    this.#connect();
  }

  async ready() {
    await until("the watcher's queries are answered", () => this.connected);
    return this;
  }

  close() {
    this.#closed = true;
    this.#socket.terminate();
  }

  // Answers with {response}, or throws with the core's words.
  command(commandId, body, ms = 10_000) {
    const tx = randomUUID();
    const createdAt = new Date().toISOString();
    const answer = new Promise((done, fail) => this.#waiting.set(tx, { done, fail }));
    this.#send("ws:m:command", { commandId, command: { tx, createdAt, ...body } });
    return within(`an answer to ${commandId}`, ms, answer).finally(() => this.#waiting.delete(tx));
  }

  // `hash` is what older servers ask for.
  event(changeType, itemType, item) {
    const createdAt = new Date().toISOString();
    const whole = { hash: randomUUID(), ...item };
    this.#send("ws:m:event", { changeType, itemType, createdAt, tx: randomUUID(), item: whole });
  }

  #send(event, data) {
    this.#socket.send(JSON.stringify({ event, data }));
  }

  #connect() {
    const options = { perMessageDeflate: false, maxPayload: 1 << 30 };
    const socket = new WebSocket(this.#url, options);
    this.#socket = socket;
    this.#asked += 1;
    const open = new Set(types); // queries without an answer
    socket.on("open", () => {
      for (const type of types) {
        const query = { tx: `${type}-${this.#asked}`, createdAt: new Date().toISOString() };
        const queryId = `GetAll${plural(type, this.#generation)}`;
        this.#send("ws:m:query", { queryId, queryItemType: type, query });
      }
    });
    socket.on("message", (bytes) => this.#received(JSON.parse(bytes.toString()), open));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.connected = false;
      for (const { fail } of this.#waiting.values()) fail(new Error("the core closed"));
      if (!this.#closed) setTimeout(() => this.#connect(), 50);
    });
  }

  #received({ event, data }, open) {
    if (event === "ws:m:query-response") {
      const type = data.tx.split("-")[0];
      const snapshot = open.delete(type);
      this.connected = open.size === 0;
      this.#apply(type, data, snapshot);
    } else if (event === "ws:m:command-response") {
      this.#waiting.get(data.tx)?.done(data);
    } else if (event === "ws:m:command-error") {
      this.#waiting.get(data.tx)?.fail(new Error(data.message ?? "refused without a word"));
    } else if (event === "ws:m:query-error") {
      open.delete(data.tx.split("-")[0]); // a type that this core does not know
      this.connected = open.size === 0;
    }
  }

  // Sequence 0 replaces everything, also when it comes in mid-stream.
  #apply(type, { sequence, upserts, deletes }, snapshot) {
    const at = performance.now();
    if (sequence === 0) this.items[type].clear();
    for (const { item } of upserts) {
      this.items[type].set(item.id, item);
      this.changes.push({ at, type, id: item.id, item });
      if (type === "Pulse" && !snapshot) this.pulses.push(item);
    }
    for (const id of deletes) {
      this.items[type].delete(id);
      this.changes.push({ at, type, id, item: null });
    }
  }
}
