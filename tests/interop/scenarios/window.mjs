// Within 100 ms the core of 2026 takes a state that was there before for the one that is there.

import { docker, shell, words } from "../lib/engine.mjs";
import { comes, expect, lasting } from "../lib/wait.mjs";

const path = "container/job";
const job = (...options) =>
  `docker ${words("run", "--name", "job", ...options).join(" ")} gantry-test`;
const ends = `${job("--rm")} true`;
const remains = `${job("--rm", "--detach")} sleep 1000`;

// Which state the target must come to have, and then keep. States in between may still be on their
// way when the script has ended: each waits for the one before.
async function ends_up(stage, wanted) {
  let since = null;
  const kept = () => {
    if (stage.status(path) !== wanted) since = null;
    else since ??= performance.now();
    return since !== null && performance.now() - since > 600;
  };
  return (await comes(kept, 5_000)) === true;
}

// While the core stands still for 1 s in the middle, where `still`.
async function play(stage, script, still) {
  if (!still) return shell(script);
  stage.core.standStill();
  const done = shell(script);
  await lasting(1_000);
  stage.core.goOn();
  return done;
}

// How often, of `times`, each of the two orders of events ended as it had to.
async function rounds(stage, times, still) {
  const right = { online: 0, offline: 0 };
  for (let round = 0; round < times; round += 1) {
    await play(stage, `${ends} && ${remains}`, still);
    right.online += await ends_up(stage, "online");
    await play(stage, `docker rm --force job && ${ends}`, still);
    right.offline += await ends_up(stage, "offline");
  }
  return right;
}

export default {
  about: "a container that is removed and made again at once ends online, one gone offline",
  cores: ["real", "launchpad"],

  async run(stage) {
    const times = stage.long ? 12 : 3;
    await docker(...words("create", "--name", "job"), "gantry-test", "true");
    await stage.begin();
    await stage.online(path);
    await docker("rm", "job");
    const told = [];
    let good = true;
    for (const still of [false, true]) {
      const right = await rounds(stage, still ? Math.ceil(times / 3) : times, still);
      const of = still ? Math.ceil(times / 3) : times;
      told.push(
        `${still ? "core stopped for 1 s" : "core runs"}: ` +
          `${right.online} of ${of} online, ${right.offline} of ${of} offline`,
      );
      good = good && right.online === of && right.offline === of;
    }
    expect(good, told.join("; "));
    return told.join("; ");
  },
};
