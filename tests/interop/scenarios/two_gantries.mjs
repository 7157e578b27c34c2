// Two gantries of one identity: the second takes the first one's place, then leaves.

import { does, next } from "../lib/buttons.mjs";
import { polite, start } from "../lib/engine.mjs";
import { expect, lasting, until } from "../lib/wait.mjs";

export default {
  about: "a second gantry of the same identity runs for 4 s; then the first is whole again",
  cores: ["real", "launchpad"],

  async run(stage) {
    await start("clock", polite);
    await stage.begin();
    await stage.online("container/clock");
    const first = stage.instance.clientId;
    // Not through the tap: what is pressed later must reach the first.
    const second = stage.newGantry({ port: stage.core.port }).start();
    const taken = () => stage.instance.clientId && stage.instance.clientId !== first;
    await until("the second stands in the row", taken);
    await lasting(4_000);
    expect(taken(), "the two fight for the row");
    await second.stop();
    await stage.available(15_000);
    await stage.online("container/clock");
    await stage.settled();
    expect(stage.instance.clientId === first, "the row is not the first one's");
    const end = await next(stage, "container/clock", "stop", () =>
      does(stage, "container/clock", "stop"),
    );
    expect(end.exitCode === 0, `exit code ${end.exitCode}`);
    expect(/has taken this gantry's place/.test(stage.gantry.log), "the first says nothing of it");
    const says = /this gantry has taken the place of another executor/;
    expect(says.test(second.log), "the second says nothing of it");
    return "the first is whole again";
  },
};
