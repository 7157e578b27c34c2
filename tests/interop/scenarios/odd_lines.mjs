// What a program prints is text to whoever reads it, and a value only where every core can read it:
// a core drops a whole frame that is nested too deep or holds a number that no double holds, and
// echoes the ping behind it all the same.

import { does, next } from "../lib/buttons.mjs";
import { Checks } from "../lib/checks.mjs";
import { create, docker } from "../lib/engine.mjs";
import { expect, until } from "../lib/wait.mjs";

const zeros = "0".repeat(400);
const nested = (depth) => "[".repeat(depth) + "]".repeat(depth);
const values = [
  `[99999999999999999999,0.${zeros}]`,
  `0.${zeros}1e-5`,
  "123456789012345678901234567890",
  "[1.7976931348623157e308,-1.7976931348623157e308,5e-324]",
  nested(64),
  String.raw`["\ud83d\ude00","\u0000"]`,
  '{"a":1,"a":2}',
];
const texts = [
  "1e400",
  `[99999999999999999999,1.5e309]`,
  `1${zeros}`,
  "1.79769313486231579e308",
  nested(65),
  nested(129),
  nested(5000),
  String.raw`"\ud83d"`,
  String.raw`{"\udc00":1}`,
  "NaN",
];
const printing = (lines) => `cat <<'END'\n${lines.join("\n")}\nEND`;

const toml = `
[[slot]]
name = "odd"
image = "gantry-test"
command = ["sh", "-c", "echo 1e400; echo ${nested(65)}; echo [1]"]
output = "numbered"
`;

async function ofSlot(stage, checks) {
  await checks.that("of a slot, what is no value for every core is an error", async () => {
    await next(stage, "slot/odd", "finish", () => does(stage, "slot/odd", "run"));
    const values = stage.pulses("slot/odd", "output").map(({ data }) => data.value);
    expect(JSON.stringify(values) === "[[1]]", JSON.stringify(values));
    const errors = stage.pulses("slot/odd", "error").map(({ data }) => data.text);
    expect(errors.join("\n") === `1e400\n${nested(65)}`, errors.join("\n"));
  });
}

export default {
  about: "lines that are hard to read as JSON arrive as they were printed",
  cores: ["real", "launchpad"],

  async run(stage) {
    const checks = new Checks();
    await create("odd", printing([...values, ...texts]));
    await stage.begin({ toml });
    const path = "container/odd";
    await stage.online(path, "slot/odd");
    const end = await next(stage, path, "finish", () => docker("start", "odd"));
    const said = () => stage.pulses(path, "output").map(({ data }) => data);
    await checks.that("each line arrives as it was printed", async () => {
      const all = [...values, ...texts].join("\n");
      const heard = () => said().map(({ text }) => text).join("\n");
      await until("all are there", () => heard() === all, 10_000).catch(() => {});
      for (const line of [...values, ...texts]) {
        expect(heard().includes(line), `missing: ${line.slice(0, 60)}`);
      }
      expect(heard() === all, "in another order, or more than was printed");
    });
    await checks.that("as a value only what every core can read", () => {
      const lines = said().filter(({ count }) => count === 1);
      expect(lines.length > 0, "all lines were combined");
      for (const { text, json } of lines) {
        const wanted = values.includes(text);
        expect((json !== undefined) === wanted, `a value or not: ${text.slice(0, 60)}`);
      }
    });
    await checks.that("the last value stands in finish", () => {
      expect(JSON.stringify(end.data) === '{"a":2}', JSON.stringify(end.data));
    });
    await ofSlot(stage, checks);
    return checks.done();
  },
};
