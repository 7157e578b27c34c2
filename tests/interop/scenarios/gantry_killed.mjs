// A gantry that is killed goes on at the very line, and takes its own place again.

import { polite, start } from "../lib/engine.mjs";
import { faults, lastLine, trickling } from "../lib/lines.mjs";
import { table } from "../lib/published.mjs";
import { expect, until } from "../lib/wait.mjs";

const path = "container/counts";
const count = 400;

export default {
  about: "gantry is killed and started again while a container prints",
  cores: ["real", "launchpad"],
  quick: false,

  async run(stage) {
    await start("clock", polite);
    const gantry = await stage.begin();
    await start("counts", trickling(count));
    const last = () => lastLine(stage.pulses(path, "output"));
    for (let kill = 1; kill <= 3; kill += 1) {
      const from = last();
      await until("more lines", () => last() > from + 30);
      await gantry.stop("SIGKILL");
      gantry.start();
    }
    await until("the end of the lines", () => stage.pulses(path, "finish").length > 0);
    await stage.available();
    await stage.online("container/clock");
    const { rows } = await stage.settled();
    const wrong = faults(stage.pulses(path, "output"), count, { repeats: true });
    expect(wrong.length === 0, wrong.slice(0, 5).join("; "));
    expect(stage.pulses(path, "finish").length === 1, "finish came more than once");
    return `${count} lines, 3 kills; ${table(rows)}`;
  },
};
