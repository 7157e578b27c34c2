// Runs the scenarios, one after the other, against each core that they are for.
//
//     node run.mjs [--quick] [--core NAME] [--list] [SCENARIO...]
//
// Prints a line for each: passed, failed or skipped. Exit code 1 if one failed. scripts/interop
// builds what is needed and starts it.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { missing } from "./lib/counterparts.mjs";
import { killAll } from "./lib/program.mjs";
import { Stage } from "./lib/stage.mjs";
import { within } from "./lib/wait.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const logs = process.env.INTEROP_LOGS ?? join(here, "../../build/interop/logs");
const longest = 600_000; // ms; ends a scenario that hangs

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    core: { type: "string" },
  },
});

// name -> {about, cores, needs, quick, run}
async function allScenarios() {
  const found = new Map();
  for (const file of readdirSync(join(here, "scenarios")).sort()) {
    const scenario = await import(`./scenarios/${file}`);
    found.set(file.replace(/\.mjs$/, ""), { needs: [], quick: true, ...scenario.default });
  }
  return found;
}

function tell(word, core, name, seconds, details) {
  const [first, ...rest] = String(details ?? "").split("\n");
  const took = seconds === null ? "" : `${seconds.toFixed(1)} s`;
  const columns = [word.padEnd(8), core.padEnd(10), name.padEnd(16), took.padStart(7)];
  console.log(`${columns.join(" ")}  ${first}`.trimEnd());
  for (const line of rest) console.log(`    ${line}`);
}

// Returns whether it passed.
async function play(name, scenario, coreName) {
  const folder = join(logs, `${name}-${coreName}`);
  const stage = new Stage({ coreName, folder, long: !options.quick });
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  let words, error;
  try {
    await stage.open();
    words = await within(`the scenario ${name}`, longest, scenario.run(stage));
  } catch (thrown) {
    error = thrown;
  }
  if (error) stage.tap?.save(join(folder, "wire.jsonl"));
  const leftovers = await stage.close();
  if (!error && leftovers.length > 0) error = new Error(`at the end: ${leftovers.join("; ")}`);
  if (error) tell("failed", coreName, name, seconds(), `${error.message}\nlogs: ${folder}`);
  else tell("passed", coreName, name, seconds(), words);
  return !error;
}

const leave = () => process.exit(130);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, leave);
process.on("exit", killAll);

const scenarios = await allScenarios();
const unknown = names.filter((name) => !scenarios.has(name));
if (unknown.length > 0) {
  const there = [...scenarios.keys()].join(", ");
  console.error(`no scenario ${unknown.join(", ")}; there are: ${there}`);
  process.exit(2);
}
const cores = new Set([...scenarios.values()].flatMap((scenario) => scenario.cores));
if (options.core && !cores.has(options.core)) {
  console.error(`no core ${options.core}; there are: ${[...cores].join(", ")}`);
  process.exit(2);
}
if (options.list) {
  for (const [name, { about }] of scenarios) console.log(`${name.padEnd(16)} ${about}`);
  process.exit(0);
}

const count = { passed: 0, failed: 0, skipped: 0 };
for (const [name, scenario] of scenarios) {
  const chosen = names.length > 0 ? names.includes(name) : scenario.quick || !options.quick;
  for (const core of chosen ? scenario.cores : []) {
    if (options.core && options.core !== core) continue;
    const needs = core === "real" ? ["real", ...scenario.needs] : scenario.needs;
    const reason = needs.map(missing).find((why) => why !== undefined);
    if (reason) tell("skipped", core, name, null, reason);
    const outcome = reason ? "skipped" : (await play(name, scenario, core)) ? "passed" : "failed";
    count[outcome] += 1;
  }
}
const words = Object.entries(count).map(([outcome, many]) => `${many} ${outcome}`);
console.log(`interop: ${words.join(", ")}`);
process.exit(count.failed > 0 ? 1 : 0);
