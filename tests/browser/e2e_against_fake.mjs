// Runs launchpad.e2e.mjs against the fake core with the demo containers.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startFakeCore } from "./fake_core.mjs";
import { startFakeGantry } from "./fake_gantry.mjs";

const core = await startFakeCore();
await startFakeGantry(core.mykoUrl);
const test = spawn(
  process.execPath,
  [fileURLToPath(new URL("launchpad.e2e.mjs", import.meta.url))],
  {
    stdio: "inherit",
    env: { ...process.env, LAUNCHPAD_URL: core.url },
  },
);
test.on("exit", (code) => process.exit(code ?? 1));
