// What one scenario needs: a core, a tap before it, a gantry, and somebody who watches.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { coreNamed } from "./core.mjs";
import { removeAll } from "./engine.mjs";
import { Gantry } from "./gantry.mjs";
import { compare, publishedIn, some } from "./published.mjs";
import { Tap } from "./tap.mjs";
import { comes, patience, until } from "./wait.mjs";
import { Watcher } from "./watcher.mjs";

export class Stage {
  #endings = []; // what is to be ended, the last first
  #gantries = 0;

  // `coreName` as for coreNamed; `long`: all that the scenario can do.
  constructor({ coreName, folder, long }) {
    Object.assign(this, { coreName, folder, long, service: "interop" });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  async open() {
    await removeAll();
    this.core = coreNamed(this.coreName, this.folder);
    this.atEnd(() => this.core.stop());
    await this.core.start();
    this.tap = await new Tap(this.core.port).start();
    this.atEnd(() => this.tap.stop());
    this.watcher = await this.watch();
    return this;
  }

  // Runs when the scenario is over, however it went.
  atEnd(ending) {
    this.#endings.unshift(ending);
  }

  // What could not be ended, in words.
  async close() {
    const failures = [];
    this.atEnd(removeAll);
    for (const ending of this.#endings) {
      try {
        await ending();
      } catch (error) {
        failures.push(error.message);
      }
    }
    return failures;
  }

  async watch() {
    const watcher = new Watcher(this.core.port, this.core.generation);
    this.atEnd(() => watcher.close());
    return watcher.ready();
  }

  // One that is not started yet. Each has a state of its own.
  newGantry(settings = {}) {
    this.#gantries += 1;
    const folder = join(this.folder, `gantry-${this.#gantries}`);
    const gantry = new Gantry({ port: this.tap.port, service: this.service, folder, ...settings });
    this.atEnd(() => gantry.stop());
    return gantry;
  }

  async begin(settings = {}) {
    this.gantry = this.newGantry(settings).start();
    await this.available();
    return this.gantry;
  }

  // Asks gantry to end, and waits until the core knows. Returns how it ended.
  async leave() {
    const exit = await this.gantry.stop();
    const left = () => this.instance === undefined || this.instance.status === "Unavailable";
    await until("the core knows that gantry has left", left);
    return exit;
  }

  // Until gantry has registered and its engine's target is online.
  async available(ms = patience) {
    const there = () => {
      const { exit, log } = this.gantry.program;
      if (exit) throw new Error(`gantry ended with ${exit.code ?? exit.signal}: ${log.trim()}`);
      return this.instance?.status === "Available" && this.status("engine") === "online";
    };
    await until("gantry is Available, and its engine online", there, ms);
  }

  get instance() {
    const all = [...this.watcher.items.Instance.values()];
    return all.find((item) => item.serviceId === this.service);
  }

  target(path) {
    return `${this.service}:${path}`;
  }

  // The status of a target, as the core has it: online, offline, or undefined.
  status(path) {
    return this.watcher.items.TargetStatus.get(`${this.instance?.id}:${this.target(path)}`)?.status;
  }

  async online(...paths) {
    for (const path of paths) {
      await until(`${path} is online`, () => this.status(path) === "online");
    }
  }

  // The pulses of an emitter that came since the watcher's connection, oldest first.
  pulses(path, emitter) {
    const id = `${this.target(path)}:${emitter}`;
    return this.watcher.pulses.filter((pulse) => pulse.emitterId === id);
  }

  // The value of an emitter that the core holds now.
  value(path, emitter) {
    const id = `${this.target(path)}:${emitter}`;
    return [...this.watcher.items.Pulse.values()].find((item) => item.emitterId === id)?.data;
  }

  // The published schema of an action.
  schema(path, action) {
    const item = this.watcher.items.Action.get(`${this.target(path)}:${action}`);
    if (!item) throw new Error(`the core has no action ${action} of ${path}`);
    return item.schema;
  }

  // Presses a button. Returns what gantry answered, whoever hears it: {ok, words, response}.
  async press(path, action, data, ms = patience) {
    const { received, sent } = this.tap;
    const from = received.length;
    const id = `${this.target(path)}:${action}`;
    const pressed = this.core
      .press(this.watcher, this.instance.id, id, this.target(path), data)
      .catch(() => {});
    const asked = await until(
      `the command ${id} at gantry`,
      () => received.slice(from).map(commandIn).find((command) => command?.action?.id === id),
      ms,
    );
    const answer = await until(
      `gantry's answer to ${id}`,
      () => sent.find(({ message }) => isAnswer(message, asked.tx)),
      ms,
    );
    await pressed;
    const { event, data: said } = answer.message;
    const ok = event === "ws:m:command-response";
    return { ok, response: said.response, words: ok ? text(said.response) : said.message };
  }

  published(fromConnection) {
    return publishedIn(this.tap, fromConnection);
  }

  // Until the core has all that gantry published, as it was sent; the last comparison.
  async settled(ms = 5_000, fromConnection = 1) {
    const look = () => compare(this.published(fromConnection), this.watcher.items);
    await comes(() => look().wrong.length === 0, ms);
    const found = look();
    if (found.wrong.length > 0) {
      const error = new Error(`not as published: ${some(found.wrong)}`);
      throw Object.assign(error, { rows: found.rows });
    }
    return found;
  }
}

const commandIn = ({ message }) =>
  message.event === "ws:m:command" ? message.data.command : undefined;

const isAnswer = ({ event, data }, tx) =>
  (event === "ws:m:command-response" || event === "ws:m:command-error") && data.tx === tx;

const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
