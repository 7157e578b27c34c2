// What was on its way when a connection is lost comes again, under the same number.

import { polite, start } from "../lib/engine.mjs";
import { faults, lastLine, trickling } from "../lib/lines.mjs";
import { table } from "../lib/published.mjs";
import { expect, until } from "../lib/wait.mjs";

const path = "container/counts";

export default {
  about: "the connection is cut again and again while a container prints",
  cores: ["real", "launchpad"],
  quick: false,

  async run(stage) {
    const cuts = 10;
    const count = 600;
    await start("clock", polite);
    await stage.begin();
    await start("counts", trickling(count));
    const last = () => lastLine(stage.pulses(path, "output"));
    for (let cut = 1; cut <= cuts; cut += 1) {
      const from = last();
      await until("more lines", () => last() > from + 20);
      const { connections } = stage.tap;
      stage.tap.cut();
      await until("gantry connects", () => stage.tap.connections > connections);
    }
    await until("the end of the lines", () => stage.pulses(path, "finish").length > 0);
    await stage.available();
    const { rows } = await stage.settled();
    const wrong = faults(stage.pulses(path, "output"), count, { repeats: true });
    expect(wrong.length === 0, wrong.slice(0, 5).join("; "));
    return `${count} lines, ${cuts} cuts; ${table(rows)}`;
  },
};
