// A gantry that is asked to end says so itself, so that nobody sees what is not there.

import { Checks } from "../lib/checks.mjs";
import { polite, start } from "../lib/engine.mjs";
import { expect } from "../lib/wait.mjs";

export default {
  about: "gantry is asked to end: all is offline, and it can come again at once",
  cores: ["real", "launchpad"],

  async run(stage) {
    const checks = new Checks();
    await start("clock", polite);
    const gantry = await stage.begin();
    await stage.online("container/clock");
    await stage.settled();
    const begun = performance.now();
    const { code } = await stage.leave();
    const took = performance.now() - begun;
    await checks.that("it ends well and soon", () => {
      expect(code === 0 && took < 3_000, `exit code ${code} after ${Math.round(took)} ms`);
    });
    const statuses = () => [...stage.watcher.items.TargetStatus.values()];
    await checks.that("all is offline", () =>
      statuses().every(({ status }) => status === "offline"),
    );
    gantry.start();
    await stage.available();
    await stage.online("container/clock");
    await checks.that("it is whole again", () => stage.settled());
    return checks.done();
  },
};
