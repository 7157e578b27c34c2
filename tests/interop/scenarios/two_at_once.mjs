// Two gantries of one identity that start at the same moment.

import { polite, start } from "../lib/engine.mjs";
import { expect, lasting, until } from "../lib/wait.mjs";

export default {
  about: "two gantries of one identity start at once; when one is killed the other is whole",
  cores: ["real", "launchpad"],

  async run(stage) {
    await start("clock", polite);
    const rounds = stage.long ? 5 : 2;
    for (let round = 1; round <= rounds; ++round) await once(stage, round);
    return `${rounds} of ${rounds} rounds`;
  },
};

async function once(stage, round) {
  const both = [1, 2].map(() => stage.newGantry());
  for (const each of both) each.start();
  const saysTaken = (each) => /has taken this gantry's place/.test(each.log);
  await until(`one knows that it was taken, round ${round}`, () => both.some(saysTaken));
  await lasting(1_500);
  const owner = stage.instance.clientId;
  await lasting(1_500);
  expect(owner && stage.instance.clientId === owner, "the two fight for the row");
  const [killed, left] = round % 2 === 0 ? both : both.toReversed();
  await killed.stop("SIGKILL");
  stage.gantry = left;
  await stage.available(15_000);
  await stage.online("container/clock");
  // Until the core has noticed that the other is gone, it may send a command there.
  const answered = () => stage.press("engine", "refresh", {}, 1_000).catch(() => null);
  const answer = await until("the one that is left hears a command", answered);
  expect(answer.ok, answer.words);
  await left.stop();
}
