// The example of the Rust SDK, which speaks to a core of 2026 alone: it registers by a command.

import { meets } from "../lib/sdk.mjs";

const target = "rust-sdk-service:sdk-root-target";

export default {
  about: "an executor by the Rust SDK is registered, called and heard",
  cores: ["real", "launchpad"],
  needs: ["rustSdk"],

  run: (stage) =>
    meets(stage, {
      file: process.env.INTEROP_HELLO,
      args: [],
      env: { RSHIP_ADDRESS: "127.0.0.1", RSHIP_PORT: String(stage.core.port), RUST_LOG: "info" },
      instanceId: "rust-sdk-example",
      targetId: target,
      statusId: "rust-sdk-example:sdk-root-target",
      actionId: `${target}:print-log`,
      emitterId: `${target}:root-counter`,
      heard: (log, text) => log.includes(`root action: ${text}`),
      number: (data) => Number(data.data.split(":")[1]),
    }),
};
