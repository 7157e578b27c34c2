// The program gantry, in a folder of its own.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineHost } from "./engine.mjs";
import { Program, run } from "./program.mjs";

export class Gantry {
  program = null;
  #lives = 0;

  // `env` and `toml` (of gantry.toml) may be changed between two starts.
  constructor({ port, service, folder, env = {}, toml = "" }) {
    Object.assign(this, { port, service, folder, env, toml });
    mkdirSync(folder, { recursive: true });
  }

  #environment() {
    return {
      RSHIP_SERVER: `ws://127.0.0.1:${this.port}`,
      DOCKER_HOST: engineHost,
      GANTRY_SERVICE_ID: this.service,
      GANTRY_STATE_DIR: join(this.folder, "state"),
      GANTRY_LOG_LEVEL: "debug",
      ...this.env,
    };
  }

  #options(name) {
    writeFileSync(join(this.folder, "gantry.toml"), this.toml);
    return { log: join(this.folder, name), env: this.#environment(), cwd: this.folder };
  }

  start() {
    this.#lives += 1;
    const options = this.#options(`gantry-${this.#lives}.log`);
    this.program = new Program(process.env.INTEROP_GANTRY, [], options);
    return this;
  }

  async stop(signal) {
    return this.program ? this.program.stop(signal) : null;
  }

  // gantry check, with this one's settings: {code, log}.
  check() {
    return run(process.env.INTEROP_GANTRY, ["check"], this.#options(`check-${Date.now()}.log`));
  }

  get log() {
    return this.program.log;
  }
}
