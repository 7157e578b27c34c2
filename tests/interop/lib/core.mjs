// The cores that a scenario may run against: the real one, and launchpad in a generation.

import { join } from "node:path";
import { freePort, isOpen } from "./ports.mjs";
import { Program } from "./program.mjs";
import { until } from "./wait.mjs";

class Core {
  program = null;

  constructor(name, generation, folder) {
    this.name = name;
    this.generation = generation;
    this.log = join(folder, "core.log");
  }

  // On the same port each time.
  async start() {
    this.port ??= await freePort();
    this.program = this.launch();
    await until(`${this.name} listens`, async () => {
      if (this.program.exit) throw new Error(`${this.name} ended at once: ${this.program.log}`);
      return isOpen(this.port);
    });
    return this;
  }

  async kill() {
    this.program.signal("SIGKILL");
    await this.program.ended();
  }

  standStill() {
    this.program.signal("SIGSTOP");
  }

  goOn() {
    this.program.signal("SIGCONT");
  }

  async stop() {
    if (this.program) await this.program.stop();
  }
}

// The published server and entities, and four commands in place of the scene engine.
export class RealCore extends Core {
  launch() {
    const env = { BIND: `127.0.0.1:${this.port}`, RUST_LOG: "warn" };
    return new Program(process.env.INTEROP_CORE, [], { log: this.log, env });
  }

  // Has the core send a command to the connection that owns the Instance.
  press(watcher, instanceId, actionId, targetId, data) {
    const send = { instanceId, action: { id: actionId, targetId }, data };
    return watcher.command("RelayExec", { toInstance: instanceId, send });
  }
}

export class Launchpad extends Core {
  launch() {
    const args = ["--listen", `127.0.0.1:${this.port}`, "--generation", this.generation];
    return new Program(process.env.INTEROP_LAUNCHPAD, args, { log: this.log });
  }

  press(watcher, instanceId, actionId, targetId, data) {
    const action = { id: actionId, targetId };
    return watcher.command("ExecTargetAction", { instanceId, action, data });
  }
}

// By the word of a scenario: real, launchpad (as the core of 2026), ts.
export function coreNamed(name, folder) {
  if (name === "real") return new RealCore("the real core", "rust", folder);
  const generation = name === "launchpad" ? "rust" : name;
  return new Launchpad(`launchpad (${generation})`, generation, folder);
}
