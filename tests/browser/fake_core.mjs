// A small stand-in for the launchpad: serves the page's files and speaks Myko as a server of the
// TypeScript generation does (recorded in the fixtures). For working on the page and testing it; it
// keeps nothing and checks nothing.
//
//     node fake_core.mjs [--port 0] [--demo] [--scenario NAME] [--flood PULSES_PER_SECOND]
//
// --demo adds an executor with three containers (fake_gantry.mjs); the scenarios are in
// scenarios.mjs.

import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { WebSocketServer } from "ws";

const pageFolder = join(dirname(fileURLToPath(import.meta.url)), "../../launchpad/page");
const contentTypes = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "img-src 'self' data:";
const flushEvery = 16; // ms, as seen

export async function startFakeCore({ port = 0, rude = true } = {}) {
  const core = new Core({ rude });
  const http = createServer((request, response) => void servePage(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    if (new URL(request.url, "http://x").pathname !== "/myko") {
      socket.end("HTTP/1.1 500 Internal Server Error\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => core.connected(client));
  });
  await new Promise((resolve) => http.listen(port, "127.0.0.1", resolve));
  const host = `127.0.0.1:${http.address().port}`;
  return {
    url: `http://${host}/`,
    mykoUrl: `ws://${host}/myko`,
    // As a core that dies: no close frames.
    async stop() {
      core.stop();
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function servePage(request, response) {
  const path = new URL(request.url, "http://x").pathname;
  const name = path === "/" ? "index.html" : path.slice(1);
  response.setHeader("Content-Security-Policy", policy);
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (!/^[a-z_]+\.(html|css|js)$/.test(name)) {
    response.writeHead(404).end();
    return;
  }
  try {
    const body = await readFile(join(pageFolder, name));
    response.writeHead(200, { "Content-Type": contentTypes[extname(name)] }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

class Core {
  #rude;
  #tables = new Map(); // type -> Map of id -> item
  // client id -> {socket, queries: Map of tx -> {itemType, sequence}, outgoing}
  #clients = new Map();
  #pending = new Map(); // tx -> {operator, executor}
  #flusher;

  constructor({ rude }) {
    this.#rude = rude;
    this.#flusher = setInterval(() => this.#flush(), flushEvery);
  }

  stop() {
    clearInterval(this.#flusher);
  }

  connected(socket) {
    const id = randomUUID();
    const client = { id, socket, queries: new Map(), outgoing: [] };
    this.#clients.set(id, client);
    this.#tell(client, "ws:m:command", {
      commandId: "SetClientId",
      command: { tx: randomUUID(), clientId: id },
    });
    for (const wait of [100, 500, 1000]) {
      setTimeout(() => this.#tell(client, "ws:m:ping", { ts: Date.now() }), wait);
    }
    if (this.#rude) {
      client.outgoing.push(
        "Error parsing message",
        "null",
        '{"event":"ws:m:nobody-knows","data":7}',
      );
    }
    this.#set("Client", { id, hash: randomUUID() });
    socket.on("message", (bytes, isBinary) => {
      if (!isBinary) this.#received(client, bytes.toString());
    });
    socket.on("close", () => this.#closed(client));
    socket.on("error", () => {});
  }

  #received(client, text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      client.outgoing.push("Error parsing message");
      return;
    }
    const { event, data } = message;
    if (event === "ws:m:ping") client.outgoing.push(text);
    else if (event === "ws:m:event") this.#happened(client, data);
    else if (event === "ws:m:query") this.#asked(client, data);
    else if (event === "ws:m:query-cancel") client.queries.delete(message.tx ?? data?.tx);
    else if (event === "ws:m:command") this.#command(client, data);
    else if (event === "ws:m:command-response") this.#answered(data, event, data);
    else if (event === "ws:m:command-error") {
      this.#answered(data, event, { tx: data?.tx, message: data?.message });
    }
  }

  #happened(client, { itemType, changeType, item }) {
    if (changeType === "DEL") {
      if (this.#table(itemType).delete(item.id)) this.#watchers(itemType, [], [item.id]);
      return;
    }
    const stamped = ["Instance", "Pulse"].includes(itemType)
      ? { ...item, clientId: client.id }
      : item;
    this.#set(itemType, stamped);
  }

  #set(itemType, item) {
    const old = this.#table(itemType).get(item.id);
    this.#table(itemType).set(item.id, item);
    if (old?.hash !== item.hash) this.#watchers(itemType, [item], []);
  }

  #asked(client, { queryId, queryItemType, query }) {
    if (!queryId.startsWith("GetAll")) {
      const message = `Handler not Provided for [${queryId}]`;
      this.#tell(client, "ws:m:query-error", { message, tx: query.tx });
      return;
    }
    client.queries.set(query.tx, { itemType: queryItemType, sequence: 0 });
    this.#respond(client, query.tx, [...this.#table(queryItemType).values()], []);
  }

  #watchers(itemType, items, deletes) {
    for (const client of this.#clients.values()) {
      for (const [tx, query] of client.queries) {
        if (query.itemType === itemType) this.#respond(client, tx, items, deletes);
      }
    }
  }

  #respond(client, tx, items, deletes) {
    const query = client.queries.get(tx);
    const upserts = items.map((item) => ({ item, itemType: query.itemType }));
    const data = { deletes, sequence: query.sequence, upserts, tx };
    query.sequence += 1;
    // The real server puts data before event here.
    client.outgoing.push(JSON.stringify({ data, event: "ws:m:query-response" }));
  }

  #command(operator, data) {
    const { commandId, command } = data;
    const refuse = (message) =>
      this.#tell(operator, "ws:m:command-error", { tx: command.tx, message });
    if (commandId !== "ExecTargetAction") return refuse(undefined);
    const { targetId } = command.action;
    const status = [...this.#table("TargetStatus").values()].find(
      (one) => one.targetId === targetId && one.status === "online",
    );
    if (!status) return refuse(`No online instance for target ${targetId}`);
    const { instanceId } = status;
    const executor = this.#clients.get(this.#table("Instance").get(instanceId)?.clientId);
    if (!executor) return refuse("Client Not Found");
    this.#pending.set(command.tx, { operator, executor });
    const relayed = { commandId, command: { ...command, instanceId } };
    executor.outgoing.push(JSON.stringify({ data: relayed, event: "ws:m:command" }));
  }

  #answered(data, event, passedOn) {
    const pending = this.#pending.get(data?.tx);
    if (!pending) return;
    this.#pending.delete(data.tx);
    this.#tell(pending.operator, event, passedOn);
  }

  #closed(client) {
    this.#clients.delete(client.id);
    if (this.#table("Client").delete(client.id)) this.#watchers("Client", [], [client.id]);
    for (const [tx, { operator, executor }] of this.#pending) {
      if (executor !== client) continue;
      this.#pending.delete(tx);
      this.#tell(operator, "ws:m:command-error", { tx, message: "Client Disconnected" });
    }
  }

  #table(type) {
    if (!this.#tables.has(type)) this.#tables.set(type, new Map());
    return this.#tables.get(type);
  }

  #tell(client, event, data) {
    client.outgoing.push(JSON.stringify({ event, data }));
  }

  #flush() {
    for (const { socket, outgoing } of this.#clients.values()) {
      for (const text of outgoing.splice(0)) socket.send(text);
    }
  }
}

async function main() {
  const option = (name) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const core = await startFakeCore({ port: Number(option("port") ?? 0) });
  console.log(core.url);
  if (process.argv.includes("--demo")) {
    const { startFakeGantry } = await import("./fake_gantry.mjs");
    await startFakeGantry(core.mykoUrl);
  }
  const { scenarios } = await import("./scenarios.mjs");
  if (option("scenario")) await scenarios[option("scenario")](core.mykoUrl);
  if (option("flood")) await scenarios.flood(core.mykoUrl, Number(option("flood")));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
