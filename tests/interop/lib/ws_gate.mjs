// The WebSocket server of the TypeScript core, which is the npm package ws, before a core: it reads
// messages up to a limit, and closes with 1009 on a larger one.

import { WebSocket, WebSocketServer } from "ws";

export class WsGate {
  #server;
  #corePort;
  #limit;
  tooLarge = 0; // connections that it closed so
  connections = 0;

  constructor(corePort, limit) {
    this.#corePort = corePort;
    this.#limit = limit;
  }

  async start() {
    this.#server = new WebSocketServer({
      host: "127.0.0.1",
      port: 0,
      maxPayload: this.#limit,
    });
    this.#server.on("connection", (executor) => this.#join(executor));
    await new Promise((go) => this.#server.once("listening", go));
    this.port = this.#server.address().port;
    return this;
  }

  stop() {
    for (const each of this.#server.clients) each.terminate();
    this.#server.close();
  }

  #join(executor) {
    this.connections += 1;
    const core = new WebSocket(`ws://127.0.0.1:${this.#corePort}/myko`);
    const early = [];
    core.on("open", () => early.splice(0).forEach((text) => core.send(text)));
    core.on("message", (data) => executor.send(String(data)));
    core.on("error", () => {});
    core.on("close", () => executor.terminate());
    executor.on("message", (data) => {
      if (core.readyState === WebSocket.OPEN) core.send(String(data));
      else early.push(String(data));
    });
    executor.on("error", (error) => {
      if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") this.tooLarge += 1;
    });
    executor.on("close", () => core.close());
  }
}
