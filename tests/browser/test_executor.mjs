// An executor for tests: publishes items to a core over Myko and answers its commands.

import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";

export class TestExecutor {
  #socket;
  #seq = new Map(); // emitter id -> next line number
  #alerts = new Map(); // target id -> alert that is active
  onAction = () => null; // returns the response; throws to answer with an error

  static async connect(mykoUrl) {
    const executor = new TestExecutor();
    const socket = new WebSocket(mykoUrl, { perMessageDeflate: false });
    executor.#socket = socket;
    socket.on("message", (bytes) => void executor.#received(bytes.toString()));
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    socket.on("error", () => {});
    return executor;
  }

  close() {
    this.#socket.close();
  }

  terminate() {
    this.#socket.terminate();
  }

  set(itemType, item) {
    this.#change("SET", itemType, { hash: randomUUID(), ...item });
  }

  del(itemType, item) {
    this.#change("DEL", itemType, { hash: randomUUID(), ...item });
  }

  instance({ id, name, status = "Available", message = "" }) {
    const [machineId, serviceId] = id.split(":");
    const code = { serviceId, serviceTypeCode: serviceId, machineId, clientId: "" };
    this.set("Instance", { id, name, status, message, color: "#3366aa", ...code });
  }

  // actions: {name: schema}. emitters: [name].
  target({ id, name, instanceId, status = "online", actions = {}, emitters = [], ...rest }) {
    const serviceId = id.split(":")[0];
    for (const [action, schema] of Object.entries(actions)) {
      const item = { name: action, targetId: id, serviceId, schema };
      this.set("Action", { id: `${id}:${action}`, ...item });
    }
    for (const emitter of emitters) {
      const item = { name: emitter, targetId: id, serviceId, schema: {} };
      this.set("Emitter", { id: `${id}:${emitter}`, ...item });
    }
    this.set("Target", {
      id,
      name,
      serviceId,
      category: "container",
      actionIds: Object.keys(actions).map((action) => `${id}:${action}`),
      emitterIds: emitters.map((emitter) => `${id}:${emitter}`),
      subTargets: [],
      parentTargets: [],
      bgColor: "#1d4ed8",
      fgColor: "#ffffff",
      rootLevel: false,
      lastUpdated: new Date().toISOString(),
      ...rest,
    });
    if (status !== null) this.status({ targetId: id, instanceId, status });
  }

  status({ targetId, instanceId, status }) {
    this.set("TargetStatus", { id: `${instanceId}:${targetId}`, targetId, instanceId, status });
  }

  // In both ways, as gantry tells it: as an item, and as a pulse of the target's emitter `alerts`.
  // Today's core knows no such items.
  alert({ targetId, instanceId, level = "error", code, message }) {
    const entity = { entityId: targetId, entityType: "Target", instanceId };
    const words = { name: `${targetId}:${code}`, level, code, message };
    this.set("Alert", { id: `${targetId}${instanceId}`, ...entity, ...words });
    const one = { code, level, message, since: new Date().toISOString() };
    this.#alerts.set(targetId, one);
    this.pulse(`${targetId}:alerts`, { ...one, active: true, all: [one] });
  }

  // A DEL carries the full item.
  noAlert({ targetId, instanceId }) {
    const entity = { entityId: targetId, entityType: "Target", instanceId };
    const words = { name: `${targetId}:`, level: "info", code: "", message: "" };
    this.del("Alert", { id: `${targetId}${instanceId}`, ...entity, ...words });
    const one = this.#alerts.get(targetId);
    this.#alerts.delete(targetId);
    this.pulse(`${targetId}:alerts`, { ...one, active: false, all: [] });
  }

  // Takes back an instance with one target. A DEL is a full item, or it is none for today's core.
  retract({ instance, target, actions = [], emitters = [] }) {
    const [machineId, serviceId] = instance.id.split(":");
    const of = { targetId: target.id, serviceId };
    for (const name of actions) this.del("Action", { id: `${target.id}:${name}`, name, ...of });
    for (const name of emitters) {
      const id = `${target.id}:${name}`;
      this.del("Pulse", { id, emitterId: id, data: null });
      this.del("Emitter", { id, name, ...of });
    }
    const status = { instanceId: instance.id, targetId: target.id, status: "offline" };
    this.del("TargetStatus", { id: `${instance.id}:${target.id}`, ...status });
    this.del("Target", { category: "container", serviceId, ...target });
    const code = { serviceId, serviceTypeCode: serviceId, machineId, color: "" };
    this.del("Instance", { ...instance, ...code, status: "Unavailable" });
  }

  pulse(emitterId, data) {
    const time = Date.now();
    this.set("Pulse", { id: emitterId, emitterId, timestamp: time, clientId: "", data });
  }

  // One pulse of printed lines, numbered on.
  print(emitterId, lines, { stream = "stdout", skip = 0, ...rest } = {}) {
    const texts = [lines].flat();
    const seq = (this.#seq.get(emitterId) ?? 1) + skip;
    this.#seq.set(emitterId, seq + texts.length);
    const text = texts.join("\n");
    const time = new Date().toISOString();
    this.pulse(emitterId, { seq, count: texts.length, text, stream, time, ...rest });
  }

  // Waits until the socket has taken what was sent.
  async drained() {
    while (this.#socket.bufferedAmount > 256 * 1024) await new Promise((go) => setTimeout(go, 5));
  }

  #change(changeType, itemType, item) {
    const createdAt = new Date().toISOString();
    const data = { changeType, itemType, createdAt, tx: randomUUID(), item };
    this.#send("ws:m:event", data);
  }

  async #received(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message?.event !== "ws:m:command" || message.data.commandId !== "ExecTargetAction") return;
    const { tx, action, data } = message.data.command;
    try {
      const response = (await this.onAction(action, data)) ?? null;
      this.#send("ws:m:command-response", { tx, response });
    } catch (error) {
      const { commandId } = message.data;
      this.#send("ws:m:command-error", { tx, commandId, message: error.message });
    }
  }

  #send(event, data) {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ event, data }));
  }
}
