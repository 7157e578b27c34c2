// A child process with a log file. Those that still run are ended with us.

import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { within } from "./wait.mjs";

const running = new Set();

export class Program {
  #child;
  #ended;
  exit = null; // {code, signal} once it has ended

  // `env` is all of its environment but PATH and HOME.
  constructor(file, args, { log, env = {}, cwd }) {
    this.file = file;
    this.logFile = log;
    mkdirSync(dirname(log), { recursive: true });
    const out = openSync(log, "a");
    const { PATH, HOME } = process.env;
    const stdio = ["ignore", out, out];
    this.#child = spawn(file, args, { env: { PATH, HOME, ...env }, cwd, stdio });
    closeSync(out);
    running.add(this);
    this.#ended = new Promise((done) => {
      const over = (exit) => {
        this.exit = exit;
        running.delete(this);
        done(exit);
      };
      this.#child.once("exit", (code, signal) => over({ code, signal }));
      this.#child.once("error", (error) => over({ code: null, signal: null, error }));
    });
  }

  get log() {
    return readFileSync(this.logFile, "utf8");
  }

  signal(name) {
    if (!this.exit) this.#child.kill(name);
  }

  // Waits for its end, which must come.
  ended(ms = 20_000) {
    return within(`${this.file} ends`, ms, this.#ended);
  }

  // Asks it to end; kills what does not. Returns how it ended.
  async stop(signal = "SIGTERM", ms = 20_000) {
    this.signal("SIGCONT");
    this.signal(signal);
    try {
      return await this.ended(ms);
    } catch (late) {
      this.signal("SIGKILL");
      await this.ended();
      throw late;
    }
  }
}

// Runs it to its end: {code, signal, log}.
export async function run(file, args, options, ms = 60_000) {
  const program = new Program(file, args, options);
  try {
    return { ...(await program.ended(ms)), log: program.log };
  } finally {
    program.signal("SIGKILL");
  }
}

export function killAll() {
  for (const program of running) program.signal("SIGKILL");
}
