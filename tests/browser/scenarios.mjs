// What the page is looked at with: the unusual that a show brings.

import { TestExecutor } from "./test_executor.mjs";

const instanceId = "rack-7:gantry-rack-7";
const output = ["output", "state"];
const run = { run: null, stop: { type: "object", properties: { timeout: { type: "integer" } } } };
const engineId = "gantry-rack-7:engine";

async function begin(mykoUrl, instance = {}) {
  const executor = await TestExecutor.connect(mykoUrl);
  executor.instance({ id: instanceId, name: "gantry on rack-7", ...instance });
  executor.target({
    id: engineId,
    name: "Docker on rack-7",
    category: "engine",
    instanceId,
    rootLevel: true,
    bgColor: "#334155",
  });
  return executor;
}

function container(executor, name, { state = "running", exitCode, ...rest } = {}) {
  const id = `gantry-rack-7:container/${name}`;
  const parentTargets = [engineId];
  executor.target({ id, name, instanceId, actions: run, emitters: output, parentTargets, ...rest });
  executor.pulse(`${id}:state`, { status: state, exitCode });
  return id;
}

export const scenarios = {
  // An executor that cannot reach its engine, and one whose connection was cut.
  async error(mykoUrl) {
    const message =
      "The container engine does not answer: connect to /var/run/docker.sock: permission denied. " +
      "Add the user gantry to the group docker, or set engine.host.";
    const executor = await begin(mykoUrl, { status: "Error", message });
    container(executor, "media-server", { status: "offline", state: "running" });
    container(executor, "timecode", { status: null, state: "dead" });
    const gone = await TestExecutor.connect(mykoUrl);
    gone.instance({ id: "rack-9:gantry-rack-9", name: "gantry on rack-9" });
    await new Promise((go) => setTimeout(go, 100));
    gone.terminate();
  },

  // Targets with something wrong, of each level.
  async alerts(mykoUrl) {
    const executor = await begin(mykoUrl);
    const alert = (name, rest) => {
      executor.alert({ targetId: container(executor, name), instanceId, ...rest });
    };
    alert("media-server", {
      code: "crash-loop",
      message:
        "It keeps ending soon after it starts, the last time with exit code 139. Its last lines " +
        "of output may say why; the action stop ends the loop. Lines of its output were dropped: " +
        "no core read them for so long that no more fit on the disk.",
    });
    const probe = "curl: (7) Failed to connect to localhost port 80";
    const message = `It runs, but its health check fails with exit code 7: ${probe}`;
    alert("timecode", { level: "warn", code: "unhealthy", message });
    alert("lights", { level: "info", code: "note", message: "Its image is a year old." });
    container(executor, "sound");
  },

  // Names and lines that do their worst.
  async hostile(mykoUrl) {
    const executor = await begin(mykoUrl, { message: "2 lines were dropped: the disk is full" });
    const long = `${"a-very-long-container-name-".repeat(5)}the-end`;
    const id = container(executor, long, { category: "a category that is long as well" });
    container(executor, "<img src=x onerror=alert(1)>", { state: "exited", exitCode: 137 });
    container(executor, "\u202egnp.exe right to left");
    // A page that comes later is told only the last one, so they come again.
    setInterval(() => {
      executor.print(`${id}:output`, "<script>document.title = 'broken'</script>");
      executor.print(`${id}:output`, "\u001b[31mred\u001b[0m, a bell \u0007 and \u202ereversed");
      executor.print(`${id}:output`, "x".repeat(60_000), { truncated: true });
      executor.print(`${id}:output`, "Error: ENOENT: no such file", { stream: "stderr" });
      executor.print(`${id}:output`, "after a gap", { skip: 12 });
      executor.print(`${id}:output`, ["one", "two", "three"]);
    }, 600);
  },

  async many(mykoUrl) {
    const executor = await begin(mykoUrl);
    const states = [["running"], ["exited", 0], ["exited", 1], ["paused"], ["restarting"]];
    for (let number = 1; number <= 200; number += 1) {
      const [state, exitCode] = states[number % 7] ?? states[0];
      const status = number % 29 === 0 ? "offline" : "online";
      container(executor, `pixel-mapper-${number}`, { state, exitCode, status });
    }
  },

  // A container that prints as fast as it is allowed to, and beyond.
  async flood(mykoUrl, perSecond = 2000) {
    const executor = await begin(mykoUrl);
    const id = container(executor, "chatterbox");
    let number = 0;
    setInterval(() => {
      for (let left = Math.round(perSecond / 50); left > 0; left -= 1) {
        number += 1;
        const stream = number % 50 === 0 ? "stderr" : "stdout";
        executor.print(`${id}:output`, `line ${number}: ${"lorem ipsum ".repeat(number % 9)}`, {
          stream,
        });
      }
    }, 20);
  },
};
