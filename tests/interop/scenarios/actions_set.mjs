// Each pin that is set counts, while those beside it hold the defaults of their types.

import { does, next, refuses, state } from "../lib/buttons.mjs";
import { Checks } from "../lib/checks.mjs";
import { create, docker, polite, start, stubborn } from "../lib/engine.mjs";
import { expect, until } from "../lib/wait.mjs";

const echo = `while read -r line; do echo "got <$line>"; done`;

async function ofEnds(stage, checks) {
  await checks.that("stop kills what is not gone after 1 s", async () => {
    const path = "container/stubborn";
    const end = await next(stage, path, "stop", () => does(stage, path, "stop", { timeout: 1 }));
    expect(end.exitCode === 137, `exit code ${end.exitCode}`);
  });
  await checks.that("kill sends the signal that is named", async () => {
    const path = "container/polite";
    const press = () => does(stage, path, "kill", { signal: "SIGTERM" });
    const end = await next(stage, path, "stop", press);
    expect(end.exitCode === 0, `exit code ${end.exitCode}`);
  });
  await checks.that("remove with force takes what runs", async () => {
    await does(stage, "container/victim", "remove", { force: true });
    await until("it is offline", () => stage.status("container/victim") === "offline");
  });
}

async function ofInput(stage, checks) {
  const path = "container/reader";
  for (const [set, line] of [
    [{ text: "hello" }, "hello"],
    [{ json: 0 }, "0"],
    [{ json: false }, "false"],
    [{ json: { a: [1] } }, '{"a":[1]}'],
  ]) {
    await checks.that(`write ${JSON.stringify(set)}`, async () => {
      const pulse = await next(stage, path, "output", () => does(stage, path, "write", set));
      expect(pulse.text === `got <${line}>`, `it read ${pulse.text}`);
    });
  }
  const both = { text: "hello", json: 7 };
  await checks.that("write of both is refused", () => refuses(stage, path, "write", both));
  await checks.that("exec runs the command", async () => {
    const { words } = await does(stage, path, "exec", { command: ["echo", "from inside"] });
    expect(words.includes("from inside"), words);
  });
}

async function ofEngine(stage, checks) {
  for (const set of [{ logLevel: "debug" }, { lookAgainEvery: 7 }, { statsEvery: 7 }]) {
    const words = `configure ${JSON.stringify(set)}`;
    await checks.that(words, () => does(stage, "engine", "configure", set));
  }
  const nowhere = { image: "127.0.0.1:1/none" };
  await checks.that("pull asks the registry", () => refuses(stage, "engine", "pull", nowhere));
  const has = (name) => stage.watcher.items.Target.has(stage.target(`container/${name}`));
  await checks.that("forget of one and of all at once is refused", async () => {
    await refuses(stage, "engine", "forget", { target: "gone-1", all: true });
    expect(has("gone-1") && has("gone-2"), "something is forgotten");
  });
  await checks.that("forget takes the one that is named", async () => {
    await does(stage, "engine", "forget", { target: "gone-1" });
    await until("it is forgotten", () => !has("gone-1"));
    expect(has("gone-2"), "the other is forgotten, too");
  });
  await checks.that("forget takes all", async () => {
    await does(stage, "engine", "forget", { all: true });
    await until("they are forgotten", () => !has("gone-2") && !has("gone-3"));
  });
}

export default {
  about: "each action as a scene sends it with pins set",
  cores: ["real", "launchpad"],

  async run(stage) {
    await start("stubborn", stubborn);
    await start("polite", polite);
    await start("victim", polite);
    await start("reader", echo, "--interactive");
    const gone = ["gone-1", "gone-2", "gone-3"];
    for (const name of gone) await create(name, "true");
    await stage.begin({ env: { GANTRY_ALLOW: "*:*" } });
    await stage.online("container/reader", ...gone.map((name) => `container/${name}`));
    await docker("rm", ...gone);
    await state(stage, "container/gone-3", "gone");
    const checks = new Checks();
    await ofEnds(stage, checks);
    await ofInput(stage, checks);
    await ofEngine(stage, checks);
    return checks.done();
  },
};
