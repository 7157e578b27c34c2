// What an earlier life published and this one does not must not stay as a button that is refused.

import { Checks } from "../lib/checks.mjs";
import { polite, start } from "../lib/engine.mjs";
import { expect, until } from "../lib/wait.mjs";

const slot = `
[[slot]]
name = "old"
image = "gantry-test"
command = ["true"]
`;

export default {
  about: "a change of policy and a slot that was removed leave nothing behind",
  cores: ["real", "launchpad"],

  async run(stage) {
    const checks = new Checks();
    await start("clock", polite);
    const gantry = await stage.begin({ toml: slot, env: { GANTRY_ALLOW: "*:exec, *:kill" } });
    await stage.online("container/clock", "slot/old");
    await stage.settled();
    const left = (type, end) =>
      [...stage.watcher.items[type].keys()].filter((id) => id.includes(end));
    const buttons = () => [...left("Action", ":exec"), ...left("Action", ":kill")];
    expect(buttons().length > 0, "exec and kill were never there");
    await stage.leave();
    gantry.env = {};
    gantry.toml = "";
    gantry.start();
    await until("it has left and is there again", () => stage.tap.connections > 1);
    await stage.available();
    await checks.that("the buttons are gone", () =>
      until(buttons().join(", "), () => buttons().length === 0, 3_000),
    );
    for (const type of ["Action", "Emitter", "Target", "TargetStatus"]) {
      const of_slot = () => left(type, ":slot/old");
      await checks.that(`no ${type} of the slot is left`, () =>
        until(of_slot().join(", "), () => of_slot().length === 0, 3_000),
      );
    }
    await checks.that("the rest is as it was", () => stage.settled());
    return checks.done();
  },
};
