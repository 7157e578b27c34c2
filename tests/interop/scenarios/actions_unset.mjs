// A scene sends the default of its type for each pin that nobody set: 0, "", false, null, [].

import { does, next, refuses, state } from "../lib/buttons.mjs";
import { Checks } from "../lib/checks.mjs";
import { composeLabels, create, docker, slow, start } from "../lib/engine.mjs";
import { expect } from "../lib/wait.mjs";

const ends = async (stage, path, emitter, action, code) => {
  const end = await next(stage, path, emitter, () => does(stage, path, action));
  expect(end.exitCode === code, `exit code ${end.exitCode}, not ${code}`);
};

async function ofContainer(stage, checks) {
  const path = "container/slow";
  await checks.that("stop lets it end by itself", () => ends(stage, path, "stop", "stop", 0));
  await state(stage, path, "exited");
  await checks.that("run", () => does(stage, path, "run"));
  await state(stage, path, "running");
  await checks.that("restart lets it end by itself", () => ends(stage, path, "stop", "restart", 0));
  await state(stage, path, "running");
  await checks.that("pause", () => does(stage, path, "pause"));
  await checks.that("unpause", () => does(stage, path, "unpause"));
  await checks.that("write has nothing to write", () => refuses(stage, path, "write"));
  await checks.that("exec has nothing to run", () => refuses(stage, path, "exec"));
  await checks.that("remove leaves what runs", () => refuses(stage, path, "remove"));
  await checks.that("kill is SIGKILL", () => ends(stage, path, "stop", "kill", 137));
  await checks.that("remove", () => does(stage, "container/idle", "remove"));
}

async function ofProject(stage, checks) {
  const path = "project/shop";
  const member = "container/shop/web/1";
  await checks.that("stop of a project lets its containers end", async () => {
    const end = await next(stage, member, "stop", () => does(stage, path, "stop"));
    expect(end.exitCode === 0, `exit code ${end.exitCode}`);
  });
  await state(stage, member, "exited");
  for (const action of ["run", "pause", "unpause", "restart"]) {
    await checks.that(`${action} of a project`, () => does(stage, path, action));
  }
}

async function ofEngine(stage, checks) {
  await checks.that("refresh", () => does(stage, "engine", "refresh"));
  await checks.that("configure changes nothing", () => does(stage, "engine", "configure"));
  await checks.that("pull has nothing to pull", () => refuses(stage, "engine", "pull"));
  await checks.that("forget forgets nothing", async () => {
    await refuses(stage, "engine", "forget");
    expect(stage.watcher.items.Target.has(stage.target("container/gone")), "it is forgotten");
  });
}

export default {
  about: "each action as a scene sends it with no pin set",
  cores: ["real", "launchpad"],

  async run(stage) {
    await start("slow", slow, "--interactive");
    await start("web", slow, ...composeLabels("shop", "web"));
    await create("idle", "true");
    await create("gone", "true");
    await stage.begin({ env: { GANTRY_ALLOW: "*:*" } });
    await stage.online("container/slow", "container/idle", "container/gone", "project/shop");
    await docker("rm", "gone");
    const checks = new Checks();
    await ofContainer(stage, checks);
    await ofProject(stage, checks);
    await ofEngine(stage, checks);
    return checks.done();
  },
};
