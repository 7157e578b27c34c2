// No core acknowledges an event: what is missing is only known to who asks.

import { Checks } from "../lib/checks.mjs";
import { polite, start } from "../lib/engine.mjs";
import { eventsOf } from "../lib/tap.mjs";
import { expect, until } from "../lib/wait.mjs";

// Runs gantry check: its code and words must be these.
async function says(gantry, code, words) {
  const { code: got, log } = await gantry.check();
  expect(got === code, `exit code ${got}, not ${code}: ${log}`);
  expect(words.test(log), `it does not say ${words}: ${log}`);
  return log;
}

export default {
  about: "gantry check names what the core has not stored",
  cores: ["real", "launchpad"],

  async run(stage) {
    const checks = new Checks();
    await start("clock", polite);
    const gantry = stage.newGantry();
    await checks.that("where no gantry of this id is it says so", async () => {
      const log = await says(gantry, 0, /all is well/);
      expect(/no gantry|is not there/i.test(log), log);
    });
    await stage.begin();
    await stage.online("container/clock");
    await stage.settled();
    await checks.that("where all is stored all is well", () =>
      says(stage.gantry, 0, /all is well/),
    );
    await stage.leave();

    const lost = `${stage.target("container/clock")}:output`;
    const isLost = ({ itemType, item }) => itemType === "Emitter" && item.id === lost;
    stage.tap.drops = (message) => eventsOf(message).some(isLost);
    stage.watcher.event("DEL", "Emitter", { ...stage.watcher.items.Emitter.get(lost) });
    await until("it is not there", () => !stage.watcher.items.Emitter.has(lost));
    await stage.begin();
    await checks.that("an Emitter that is not stored is named", () =>
      says(stage.gantry, 1, new RegExp(lost)),
    );
    await checks.that("the running gantry names it in its log", () =>
      until("its name", () => stage.gantry.log.includes(lost), 5_000),
    );
    await checks.that("and in its Instance's message", () =>
      until("its name", () => (stage.instance.message ?? "").includes(lost), 5_000),
    );
    return checks.done();
  },
};
