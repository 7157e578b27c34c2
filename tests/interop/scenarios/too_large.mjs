// Lines that are larger than the server reads must not cut the machine off.

import { start } from "../lib/engine.mjs";
import { expect, until } from "../lib/wait.mjs";
import { WsGate } from "../lib/ws_gate.mjs";

const mib = 1 << 20;
const control = `head -c ${3 * mib} /dev/zero | tr '\\0' '\\1'`;
const plain = `head -c ${16 * mib} /dev/zero | tr '\\0' x`;
const prints = `${control}; echo; ${plain}; echo; echo end`;

export default {
  about: "lines above the 16 MiB of the package ws are cut; where its limit is lower, it is found",
  cores: ["ts"],

  async run(stage) {
    const told = [];
    for (const [limit, frame, most] of [
      [16 * mib, "15MiB", 0],
      [16 * mib, "64MiB", 3],
      [mib, "64MiB", 3],
    ]) {
      const gate = await new WsGate(stage.core.port, limit).start();
      stage.atEnd(() => gate.stop());
      const env = { GANTRY_LINE_BYTES_MAX: "16MiB", GANTRY_FRAME_BYTES_MAX: frame };
      await stage.begin({ port: gate.port, env });
      const name = `huge-${told.length}`;
      const path = `container/${name}`;
      await start(name, prints);
      const output = () => stage.pulses(path, "output").map((pulse) => pulse.data);
      await until("the last line", () => output().some((data) => data.text === "end"), 120_000);
      const large = output().filter((data) => data.truncated || data.suppressed);
      expect(gate.tooLarge <= most, `closed ${gate.tooLarge} times with 1009`);
      expect(large.length > 0, "nothing was cut");
      expect(stage.instance.status === "Available", "the Instance is not Available");
      const words = "takes no message of more than";
      expect(stage.instance.message.includes(words) === gate.tooLarge > 0, stage.instance.message);
      told.push(`${frame} before ${limit / mib} MiB: 1009 ${gate.tooLarge} times`);
      await stage.leave();
    }
    return told.join("; ");
  },
};
