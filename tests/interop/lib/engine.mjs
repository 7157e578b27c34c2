// The containers of the scenarios, on the engine that GANTRY_TEST_ENGINE names.

import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
export const engineHost = process.env.GANTRY_TEST_ENGINE;
const image = "gantry-test";
const ours = "gantry.interop=true";
const environment = { PATH: process.env.PATH, DOCKER_HOST: engineHost };

async function call(file, args) {
  const limits = { timeout: 60_000, maxBuffer: 1 << 28 };
  const { stdout } = await execute(file, args, { env: environment, ...limits });
  return stdout.trim();
}

export const docker = (...args) => call("docker", args);

// Commands of a shell, one behind the other without a pause between them.
export const shell = (script) => call("/bin/bash", ["-euc", script]);

// The beginning of a `docker run` or `create` for containers that `removeAll` finds.
export const words = (verb, ...options) => [
  verb,
  ...["--network", "none", "--label", ours, "--stop-timeout", "5"],
  ...options,
];

export const create = (name, script, ...options) =>
  docker(...words("create", "--name", name, ...options), image, "sh", "-c", script);

export const start = (name, script, ...options) =>
  docker(...words("run", "--detach", "--name", name, ...options), image, "sh", "-c", script);

// As compose labels a container of a project.
export function composeLabels(project, service, number = 1) {
  const labels = { project, service, "container-number": number, oneoff: "False" };
  return Object.entries(labels).flatMap(([key, value]) => [
    "--label",
    `com.docker.compose.${key}=${value}`,
  ]);
}

export const field = (name, template) => docker("inspect", "--format", template, name);

// Those of the scenarios and those of slots; this engine is for tests alone.
export async function removeAll() {
  const ids = await docker("ps", "--all", "--quiet", "--filter", `label=${ours}`);
  const runs = await docker("ps", "--all", "--quiet", "--filter", "label=gantry.slot");
  const all = `${ids}\n${runs}`.split("\n").filter((id) => id !== "");
  if (all.length > 0) await docker("rm", "--force", "--volumes", ...all).catch(() => {});
}

// Ends at once, with 0, when it is asked to.
export const polite = "trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done";
// Takes half a second for it.
export const slow = "trap 'sleep 0.5; exit 0' TERM; while :; do sleep 0.1 & wait $!; done";
// Does not hear that it is asked.
export const stubborn = "trap '' TERM; while :; do sleep 0.1; done";
