// Where the core knows no Alert, an emitter tells what is wrong.

import { docker, polite, start } from "../lib/engine.mjs";
import { Checks } from "../lib/checks.mjs";
import { expect, until } from "../lib/wait.mjs";

const path = "container/ill";
const health = ["--health-cmd", "test -f /tmp/well", "--health-interval", "1s"];

export default {
  about: "what is raised and cleared comes as pulses of the emitter alerts",
  cores: ["real", "launchpad"],

  async run(stage) {
    const checks = new Checks();
    await start("ill", polite, ...health, "--health-retries", "1");
    await stage.begin();
    const value = () => stage.value(path, "alerts");
    const raised = () => value()?.code === "unhealthy" && value().active === true;
    await checks.that("it is raised", async () => {
      await until("the alert", raised, 10_000);
      const { level, message, since, all } = value();
      const whole = level === "warn" && message && !Number.isNaN(Date.parse(since));
      expect(whole, JSON.stringify(value()));
      expect(all.length === 1 && all[0].code === "unhealthy", JSON.stringify(all));
    });
    await checks.that("the Instance's message sums it up", () =>
      until("its words", () => /unhealthy|health/i.test(stage.instance.message ?? ""), 3_000),
    );
    await checks.that("it is sent again when the connection was lost", async () => {
      const { connections } = stage.tap;
      stage.tap.cut();
      await until("gantry connects", () => stage.tap.connections > connections);
      await stage.available();
      await until("the alert", raised, 5_000);
    });
    await checks.that("it is cleared", async () => {
      await docker("exec", "ill", "touch", "/tmp/well");
      await until("the end of the alert", () => value()?.active === false, 10_000);
      expect(value().all.length === 0, JSON.stringify(value()));
    });
    await checks.that("the Instance's message is empty again", () =>
      until("no words", () => !/health/i.test(stage.instance.message ?? ""), 3_000),
    );
    return checks.done();
  },
};
