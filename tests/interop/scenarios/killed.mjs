// A core that is killed has forgotten everything when it is there again.

import { polite, start } from "../lib/engine.mjs";
import { faults, lastLine, trickling } from "../lib/lines.mjs";
import { table } from "../lib/published.mjs";
import { expect, lasting, until } from "../lib/wait.mjs";
import { eventsOf } from "../lib/tap.mjs";

const count = 300;
const path = "container/counts";

export default {
  about: "the core is killed and started again while a container prints",
  cores: ["real", "launchpad"],
  quick: false,

  async run(stage) {
    await start("clock", polite);
    await stage.begin();
    await start("counts", trickling(count));
    await until("some lines", () => lastLine(stage.pulses(path, "output")) > 30);
    const { connections } = stage.tap;
    await stage.core.kill();
    await lasting(1_000);
    await stage.core.start();
    await until("gantry connects", () => stage.tap.connections > connections);
    await stage.watcher.ready();
    await stage.available();
    await until("the end of the lines", () => stage.pulses(path, "finish").length > 0);
    const { rows } = await stage.settled(5_000, connections + 1);
    // What the killed core had read and not passed on is known to the wire alone.
    const sent = stage.tap.sent.flatMap(({ message }) => eventsOf(message));
    const id = `${stage.target(path)}:output`;
    const pulses = sent.map(({ item }) => item).filter((item) => item.emitterId === id);
    const wrong = faults(pulses, count, { repeats: true });
    expect(wrong.length === 0, wrong.join("; "));
    return `${count} lines; ${table(rows)}`;
  },
};
