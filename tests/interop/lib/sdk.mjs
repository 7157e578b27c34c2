// What must be true of an executor that a public SDK made, on whatever core.

import { join } from "node:path";
import { Checks } from "./checks.mjs";
import { missing } from "./counterparts.mjs";
import { pressOnPage } from "./page.mjs";
import { Program } from "./program.mjs";
import { expect, until } from "./wait.mjs";

// Pressing through the page says no more than pressing by a command, but for the page.
async function onPage(stage, { instanceId, targetId, actionId }) {
  const picture = join(stage.folder, "page.png");
  const fields = { data: "from the page" };
  if (!missing("browser")) {
    return pressOnPage(stage.core.port, { targetId, actionId, fields, picture });
  }
  return stage.core.press(stage.watcher, instanceId, actionId, targetId, fields);
}

// `sdk`: {file, args, env, instanceId, targetId, statusId, actionId,
// emitterId, heard(log, text), number(data)}.
export async function meets(stage, sdk) {
  const { watcher } = stage;
  const checks = new Checks();
  const log = join(stage.folder, "sdk.log");
  const program = new Program(sdk.file, sdk.args, { log, env: sdk.env });
  stage.atEnd(() => program.stop("SIGKILL"));
  await checks.that("it is registered", async () => {
    const { instanceId, targetId, actionId, emitterId } = sdk;
    for (const [type, id] of Object.entries({
      Instance: instanceId,
      Target: targetId,
      TargetStatus: sdk.statusId,
      Action: actionId,
      Emitter: emitterId,
    })) {
      await until(`${type} ${id}`, () => watcher.items[type].has(id), 10_000);
    }
    const status = () => watcher.items.Instance.get(instanceId)?.status;
    await until("it is Available", () => status() === "Available");
  });
  await checks.that("its pulses are seen, in order", async () => {
    const of = () => watcher.pulses.filter((pulse) => pulse.emitterId === sdk.emitterId);
    await until("four pulses", () => of().length >= 4, 10_000);
    const numbers = of().map((pulse) => sdk.number(pulse.data));
    const rising = numbers.every((number, at) => at === 0 || number === numbers[at - 1] + 1);
    expect(rising, `numbered ${numbers}`);
  });
  await checks.that("its action is called by a command", async () => {
    const pressed = stage.core
      .press(watcher, sdk.instanceId, sdk.actionId, sdk.targetId, { data: "by a command" })
      .catch(() => {}); // it answers nothing
    await until("the call", () => sdk.heard(program.log, "by a command"), 10_000);
    await Promise.race([pressed, null]);
  });
  if (stage.coreName !== "real") {
    await checks.that("its action is called from the page", async () => {
      await onPage(stage, sdk);
      await until("the call", () => sdk.heard(program.log, "from the page"), 10_000);
    });
  }
  await checks.that("when it goes its Instance is not Available", async () => {
    if (stage.core.generation !== "rust") return; // nobody says so there
    await program.stop("SIGKILL");
    const status = () => watcher.items.Instance.get(sdk.instanceId)?.status;
    await until("Unavailable", () => status() === "Unavailable", 5_000);
  });
  return checks.done();
}
