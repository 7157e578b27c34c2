// Whatever the core suppresses when it is equal, lines differ by their number.

import { docker, create } from "../lib/engine.mjs";
import { counting, faults, lastLine } from "../lib/lines.mjs";
import { comes, expect } from "../lib/wait.mjs";

export default {
  about: "1, 1,000 and 100,000 lines arrive once each and in order",
  cores: ["real", "launchpad"],

  async run(stage) {
    const counts = stage.long ? [1, 1_000, 100_000] : [1, 1_000];
    for (const count of counts) await create(`counts-${count}`, counting(count));
    await stage.begin();
    const told = [];
    for (const count of counts) {
      const path = `container/counts-${count}`;
      await stage.online(path);
      const begun = performance.now();
      await docker("start", `counts-${count}`);
      const ended = () => stage.pulses(path, "finish").length > 0;
      await comes(() => ended() && lastLine(stage.pulses(path, "output")) === count, 60_000);
      const pulses = stage.pulses(path, "output");
      const wrong = faults(pulses, count);
      expect(wrong.length === 0, `${count} lines: ${wrong.slice(0, 5).join("; ")}`);
      expect(ended(), `no finish behind ${count} lines`);
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      told.push(`${count} in ${pulses.length} pulses, ${seconds} s`);
    }
    return told.join("; ");
  },
};
