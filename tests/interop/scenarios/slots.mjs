// A scene runs a slot as it runs any action: it sends every pin, also those that nobody set.

import { does, next, refuses } from "../lib/buttons.mjs";
import { Checks } from "../lib/checks.mjs";
import { expect, until } from "../lib/wait.mjs";

// `type` lists are what a core of 2026 cannot take; `name` may be absent, but not be empty.
const toml = `
[[slot]]
name = "numbers"
image = "gantry-test"
command = ["sh", "-c", 'read -r line; echo "$line"; echo 5; echo 5']
output = "numbered"
input = '''{
  "type": "object",
  "required": ["n"],
  "properties": {
    "n": {"type": ["integer", "null"], "minimum": 1},
    "name": {"type": "string", "minLength": 1},
    "mode": {"enum": ["slow", "fast"]},
    "flag": {"type": "boolean"}
  },
  "additionalProperties": false
}'''

[[slot]]
name = "lines"
image = "gantry-test"
command = ["sh", "-c", "echo one; echo two; exit 3"]
`;

async function numbered(stage, checks) {
  const path = "slot/numbers";
  let name;
  const end = await next(stage, path, "finish", async () => {
    name = (await does(stage, path, "run", { n: 3 })).response.run;
  });
  const values = () => stage.pulses(path, "output").map(({ data }) => data);
  await checks.that("it ends well", () => end.reason === "exit" && end.exitCode === 0);
  await checks.that("values that are equal are heard, with their numbers", async () => {
    await until("three values", () => values().length >= 3, 5_000);
    const [first, ...fives] = values();
    expect(first.value?.n === 3, `the input was ${JSON.stringify(first)}`);
    expect(JSON.stringify(fives.map((each) => each.value)) === "[5,5]", JSON.stringify(fives));
    const seqs = values().map((each) => each.seq);
    expect(JSON.stringify(seqs) === "[1,2,3]", `numbered ${seqs}`);
    expect(values().every((each) => each.run === name), `not all are of ${name}`);
  });
  await checks.that("what nobody set is not handed over", () => {
    expect(!("name" in values()[0].value), JSON.stringify(values()[0].value));
  });
  await checks.that("what must be given is missed", () => refuses(stage, path, "run"));
}

export default {
  about: "slots, run by a scene, with numbered output",
  cores: ["real", "launchpad"],

  async run(stage) {
    const checks = new Checks();
    await stage.begin({ toml });
    await stage.online("slot/numbers", "slot/lines");
    await numbered(stage, checks);
    await checks.that("a slot of lines", async () => {
      const end = await next(stage, "slot/lines", "finish", () => does(stage, "slot/lines", "run"));
      expect(end.exitCode === 3, `exit code ${end.exitCode}`);
      const text = stage.pulses("slot/lines", "output").map(({ data }) => data.text);
      expect(text.join("\n") === "one\ntwo", text.join("\n"));
    });
    await checks.that("all is stored", () => stage.settled());
    return checks.done();
  },
};
