// The core of 2026 drops, in silence, what does not parse as its type.

import { composeLabels, create, polite, start } from "../lib/engine.mjs";
import { table } from "../lib/published.mjs";
import { until } from "../lib/wait.mjs";

const toml = `
[[slot]]
name = "words"
image = "gantry-test"
command = ["cat"]
input = '{"type": "object", "properties": {"n": {"type": ["integer", "null"]}}}'

[[slot]]
name = "values"
image = "gantry-test"
command = ["cat"]
output = "json"
`;

export default {
  about: "every published item is stored, by count and by id",
  cores: ["real", "launchpad"],

  async run(stage) {
    await start("clock", polite);
    await create("idle", "true");
    await start("web", polite, ...composeLabels("shop", "web"));
    await create("db", "true", ...composeLabels("shop", "db"));
    const check = ["--health-cmd", "false", "--health-interval", "1s", "--health-retries", "1"];
    await start("ill", polite, ...check);
    await stage.begin({
      toml,
      env: { GANTRY_ALLOW: "*:*", GANTRY_STATS: "*", GANTRY_STATS_EVERY: "1s" },
    });
    await stage.online("container/clock", "project/shop", "slot/words");
    const health = () => stage.value("container/ill", "health")?.status;
    await until("gantry told that a container is unhealthy", () => health() === "unhealthy");
    try {
      return table((await stage.settled()).rows);
    } catch (error) {
      if (error.rows) error.message = `stored of published: ${table(error.rows)}\n${error.message}`;
      throw error;
    }
  },
};
