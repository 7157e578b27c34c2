// An executor by the Python SDK, which publishes what the line before the Rust servers took.

import { fileURLToPath } from "node:url";
import { meets } from "../lib/sdk.mjs";

const script = fileURLToPath(new URL("../sdk/py_executor.py", import.meta.url));

export default {
  about: "an executor by the Python SDK is registered, called and heard",
  cores: ["real", "launchpad", "ts"],
  needs: ["pythonSdk"],

  run: (stage) =>
    meets(stage, {
      file: process.env.INTEROP_PYTHON,
      args: ["-u", script, String(stage.core.port)],
      env: { PYTHONDONTWRITEBYTECODE: "1" },
      instanceId: "python-sdk:python-machine",
      targetId: "python-sdk:thing",
      statusId: "python-sdk:thing",
      actionId: "python-sdk:thing:say",
      emitterId: "python-sdk:thing:count",
      heard: (log, text) => log.includes(`'data': '${text}'`),
      number: (data) => data.n,
    }),
};
