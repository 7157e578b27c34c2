// DeleteOfflineMachines, an ordinary command, deletes all of a gantry under it and says nothing.

import { polite, start } from "../lib/engine.mjs";
import { expect, until } from "../lib/wait.mjs";

// Where a core does not know the command, an operator deletes what it would delete.
async function deleteMachines(stage) {
  const { watcher } = stage;
  const types = ["TargetStatus", "Instance", "Machine"];
  const doomed = types.flatMap((type) => [...watcher.items[type].values()].map((it) => [type, it]));
  await watcher.command("DeleteOfflineMachines", {}, 3_000).catch(() => {
    for (const [type, item] of doomed) watcher.event("DEL", type, item);
  });
}

// Deletes everything and returns after how many seconds it is there again.
async function deletedAndBack(stage, deadline) {
  const from = stage.watcher.changes.length;
  const deleted = ({ type, item }) => type === "Instance" && item === null;
  const begun = performance.now();
  await deleteMachines(stage);
  await until("it is deleted", () => stage.watcher.changes.slice(from).some(deleted));
  await stage.available(deadline);
  await stage.settled(deadline);
  return (performance.now() - begun) / 1_000;
}

export default {
  about: "what was deleted under gantry is there again soon, at most once in 10 s",
  cores: ["real", "launchpad"],

  async run(stage) {
    await start("clock", polite);
    await stage.begin();
    await stage.online("container/clock");
    const first = await deletedAndBack(stage, 5_000);
    if (!stage.long) return `there again after ${first.toFixed(1)} s`;
    const second = await deletedAndBack(stage, 15_000);
    expect(second > 8, `there again, anew, after ${second.toFixed(1)} s: not at most once in 10 s`);
    return `there again after ${first.toFixed(1)} s, and at once anew after ${second.toFixed(1)} s`;
  },
};
