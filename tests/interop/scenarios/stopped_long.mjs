// Longer than gantry waits for a core that says nothing: it connects anew, and sends again.

import { whileStopped } from "../lib/standing_still.mjs";

export default {
  about: "the core stands still for 20 s as a container prints",
  cores: ["real", "launchpad"],
  quick: false,

  run: (stage) => whileStopped(stage, 20, 600),
};
