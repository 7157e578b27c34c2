// Shorter than gantry waits for a core that says nothing.

import { whileStopped } from "../lib/standing_still.mjs";

export default {
  about: "the core stands still for 3 s as a container prints",
  cores: ["real", "launchpad"],
  quick: false,

  run: (stage) => whileStopped(stage, 3, 300),
};
