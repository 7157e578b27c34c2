// A TCP proxy between an executor and a core: records every message, cuts, and drops on demand.

import { writeFileSync } from "node:fs";
import net from "node:net";
import { FrameReader } from "./frames.mjs";

export class Tap {
  #server;
  #sockets = new Set();
  #corePort;
  connections = 0;
  sent = []; // executor to core: {connection, at, message}
  received = []; // core to executor
  // Of a message of the executor's: true if the core is not to get it.
  drops = () => false;

  constructor(corePort) {
    this.#corePort = corePort;
  }

  async start() {
    this.#server = net.createServer((socket) => this.#join(socket));
    await new Promise((go) => this.#server.listen(0, "127.0.0.1", go));
    this.port = this.#server.address().port;
    return this;
  }

  stop() {
    this.cut();
    this.#server.close();
  }

  // Writes what was recorded, a line for each message.
  save(file) {
    const both = { gantry: this.sent, core: this.received };
    const all = Object.entries(both).flatMap(([from, records]) =>
      records.map((record) => ({ from, ...record })),
    );
    all.sort((one, other) => one.at - other.at);
    writeFileSync(file, all.map((record) => `${JSON.stringify(record)}\n`).join(""));
  }

  // Ends all connections as a network does that goes away.
  cut() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #join(executor) {
    this.connections += 1;
    const core = net.connect(this.#corePort, "127.0.0.1");
    this.#pass(executor, core, this.sent, (message) => this.drops(message));
    this.#pass(core, executor, this.received, () => false);
  }

  #pass(from, to, record, drops) {
    const connection = this.connections;
    const reader = new FrameReader();
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on("data", (chunk) => {
      for (const piece of reader.read(chunk)) {
        const message = parsed(piece);
        if (message) record.push({ connection, at: performance.now(), message });
        if (!message || !drops(message)) to.write(piece.raw);
      }
    });
    from.on("error", () => {});
    from.on("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}

function parsed(piece) {
  if (piece.text === undefined) return null;
  try {
    return JSON.parse(piece.text);
  } catch {
    return { event: "not JSON", text: piece.text };
  }
}

// The events in a message: none, one, or those of a batch.
export function eventsOf(message) {
  if (message.event === "ws:m:event") return [message.data];
  if (message.event === "ws:m:event-batch") return message.data;
  if (message.event === "ws:m:batch") return message.data.flatMap(eventsOf);
  return [];
}
