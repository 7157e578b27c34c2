// A core that stands still (SIGSTOP) keeps its connections, and reads nothing.

import { polite, start } from "./engine.mjs";
import { faults, lastLine, trickling } from "./lines.mjs";
import { expect, lasting, until } from "./wait.mjs";

const path = "container/counts";
const givenUp = 15; // seconds without a byte, and gantry connects anew

// Throws unless all `count` lines arrive, printed while the core stands still for so long.
export async function whileStopped(stage, seconds, count) {
  await start("clock", polite);
  await stage.begin();
  await start("counts", trickling(count));
  await until("some lines", () => lastLine(stage.pulses(path, "output")) > 30);
  stage.core.standStill();
  await lasting(seconds * 1_000);
  stage.core.goOn();
  await until("the end of the lines", () => stage.pulses(path, "finish").length > 0, 60_000);
  await stage.available();
  const { connections } = stage.tap;
  await stage.settled(5_000, connections);
  const repeats = seconds > givenUp;
  const wrong = faults(stage.pulses(path, "output"), count, { repeats });
  expect(wrong.length === 0, wrong.slice(0, 5).join("; "));
  return `${count} lines, ${connections} connections`;
}
