// Plays a gantry with the three demo containers: clock (a line a second), sensor (a JSON object a
// second) and job (ten lines, one to stderr, then exit code 3).

import { TestExecutor } from "./test_executor.mjs";

const host = "demo-host";
const service = `gantry-${host}`;
const instanceId = `${host}:${service}`;
const engineId = `${service}:engine`;
const emitters = ["output", "run", "stop", "finish", "state", "stats"];

const timeout = {
  type: "integer",
  title: "Timeout (s)",
  description:
    "How long the container has to end by itself, before it is killed. " +
    "Empty: the engine's default, mostly 10 s.",
  minimum: 0,
  maximum: 3600,
};
const actions = {
  run: { type: "object", properties: {} },
  stop: { type: "object", properties: { timeout }, additionalProperties: false },
  restart: { type: "object", properties: { timeout }, additionalProperties: false },
  kill: {
    type: "object",
    properties: {
      signal: { type: "string", enum: ["SIGTERM", "SIGINT", "SIGKILL"], default: "SIGTERM" },
    },
  },
  write: {
    type: "object",
    required: ["text"],
    properties: {
      text: { type: "string", title: "Text", description: "Written to the container's input" },
      newline: { type: "boolean", title: "End with a new line", default: true },
      env: { type: "object", title: "Environment" },
    },
  },
};

export async function startFakeGantry(mykoUrl, { step = 1000 } = {}) {
  const executor = await TestExecutor.connect(mykoUrl);
  const containers = new Map();
  for (const [name, program] of Object.entries(programs)) {
    const id = `${service}:container/${name}`;
    containers.set(id, { id, name, program, running: false, timer: null });
  }

  executor.onAction = (action, data) => act(containers.get(action.targetId), action, data);
  executor.instance({ id: instanceId, name: `gantry on ${host}` });
  executor.target({
    id: engineId,
    name: `Docker on ${host}`,
    category: "engine",
    instanceId,
    subTargets: [`${service}:group/show`],
    bgColor: "#334155",
    rootLevel: true,
  });
  executor.target({
    id: `${service}:group/show`,
    name: "show",
    category: "group",
    instanceId,
    parentTargets: [engineId],
    subTargets: [...containers.keys()],
    bgColor: "#0f766e",
  });
  for (const container of containers.values()) {
    executor.target({
      id: container.id,
      name: container.name,
      instanceId,
      actions,
      emitters,
      parentTargets: [`${service}:group/show`],
    });
    if (container.name === "job") state(container, "exited", { exitCode: 0 });
    else start(container);
  }
  return {
    stop() {
      for (const container of containers.values()) clearInterval(container.timer);
      executor.terminate();
    },
  };

  function state(container, status, rest = {}) {
    executor.pulse(`${container.id}:state`, { status, ...rest });
  }

  function event(container, emitter, data) {
    executor.pulse(`${container.id}:${emitter}`, data);
  }

  function endOf({ startedAt }, exitCode) {
    const finishedAt = new Date().toISOString();
    return { exitCode, oomKilled: false, error: "", startedAt, finishedAt, data: null };
  }

  function start(container) {
    container.running = true;
    container.lines = container.program();
    state(container, "running");
    container.startedAt = new Date().toISOString();
    const { startedAt } = container;
    const image = `demo/${container.name}`;
    event(container, "run", { containerId: "0123456789abcdef".repeat(4), image, startedAt });
    container.timer = setInterval(() => tick(container), container.name === "job" ? 50 : step);
  }

  function tick(container) {
    const { value, done } = container.lines.next();
    if (done) return finish(container, value);
    executor.print(`${container.id}:output`, value.text, value);
    executor.pulse(`${container.id}:stats`, { cpuPercent: 1.5, memoryBytes: 1048576 });
  }

  function finish(container, exitCode) {
    clearInterval(container.timer);
    container.running = false;
    event(container, "finish", endOf(container, exitCode));
    state(container, "exited", { exitCode });
  }

  async function act(container, action, data) {
    switch (action.id.replace(/^.*:/, "")) {
      case "run":
        if (container.running) throw new Error(`${container.name} is running already`);
        start(container);
        return { run: "started" };
      case "stop":
        if (!container.running) return { stop: "it was not running" };
        await new Promise((go) => setTimeout(go, Math.min(300, (data?.timeout ?? 10) * 300)));
        event(container, "stop", endOf(container, 137));
        finish(container, 137);
        return { stopped: true, exitCode: 137 };
      case "restart":
        if (container.running) finish(container, 143);
        start(container);
        return null;
      default:
        throw new Error(`${action.name} is not allowed here: set allow = ["${action.name}"]`);
    }
  }
}

const programs = {
  *clock() {
    for (;;) yield { text: `The time is ${new Date().toISOString()}` };
  },
  *sensor() {
    for (let value = 20; ; value += 0.5) {
      const json = { sensor: "temperature", value };
      yield { text: JSON.stringify(json), json };
    }
  },
  *job() {
    for (let line = 1; line <= 10; line += 1) yield { text: `step ${line} of 10` };
    yield { text: "the job found three faults", stream: "stderr" };
    return 3;
  },
};
