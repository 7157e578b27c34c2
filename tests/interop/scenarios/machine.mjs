// A SET of a Machine replaces the row, with all that others wrote into it.

import { Checks } from "../lib/checks.mjs";
import { expect, stays, until } from "../lib/wait.mjs";

const byPeople = { name: "Stage left", productType: "rshipLink", serialNumber: "7" };
// What older cores ask for beside it.
const rest = { addresses: [], dnsName: "left", execName: "link", clientId: "" };

// A new gantry, without what the one before remembered.
async function anew(stage, toml) {
  await stage.leave();
  return stage.begin({ toml });
}

const hasNoMachine = (stage, id) => () => !stage.watcher.items.Machine.has(id);
const isOfPeople = (row) => Object.keys(byPeople).every((key) => row?.[key] === byPeople[key]);

async function whereARowIs(stage, checks, id) {
  const row = () => stage.watcher.items.Machine.get(id);
  const settled = "what people wrote stays";
  await checks.that("a row with a name that a person gave stays", async () => {
    await stage.leave();
    stage.watcher.event("SET", "Machine", { id, ...rest, ...byPeople });
    await until("the row of people is there", () => isOfPeople(row()));
    await anew(stage);
    await stays(settled, () => isOfPeople(row()), 1_000);
  });
  await checks.that("it stays when the connection was lost", async () => {
    const { connections } = stage.tap;
    stage.tap.cut();
    await until("gantry is there again", () => stage.tap.connections > connections);
    await stage.available();
    await stays(settled, () => isOfPeople(row()), 1_000);
  });
  await checks.that('machine.publish = "always" replaces it', async () => {
    await anew(stage, '[machine]\npublish = "always"\n');
    await until("the row is gantry's", () => row()?.name && row().name !== byPeople.name, 3_000);
  });
}

export default {
  about: "gantry's Machine is made where none is, and nobody's row is wiped",
  cores: ["real", "launchpad"],

  async run(stage) {
    const checks = new Checks();
    await stage.begin();
    const id = stage.instance.machineId;
    await checks.that("where no row is, ours is made", async () => {
      const row = await until("a Machine", () => stage.watcher.items.Machine.get(id), 3_000);
      expect(row.name && row.addresses?.length > 0, JSON.stringify(row));
    });
    await whereARowIs(stage, checks, id);
    await checks.that('machine.publish = "never" makes none', async () => {
      await stage.leave();
      stage.watcher.event("DEL", "Machine", { id, ...rest, ...byPeople });
      await until("the row is deleted", hasNoMachine(stage, id));
      await anew(stage, '[machine]\npublish = "never"\n');
      await stays("there is no Machine", hasNoMachine(stage, id), 1_000);
    });
    await checks.that("machine.id is a setting", async () => {
      await stage.leave();
      stage.service = "interop-2"; // the Instance of this machine stays where it is
      await stage.begin({ toml: '[machine]\nid = "stage-left"\n' });
      expect(stage.instance.machineId === "stage-left", `it is ${stage.instance.machineId}`);
      await until("its row", () => stage.watcher.items.Machine.has("stage-left"), 3_000);
    });
    return checks.done();
  },
};
