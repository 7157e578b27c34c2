// Questions about the items in the store, answered for the views. No DOM.

// "online", "offline" or "unknown". Two executors may publish one target: one that is online is
// enough.
export function statusByTarget(statuses) {
  const found = new Map();
  for (const status of statuses.values()) {
    if (found.get(status.targetId) !== "online") {
      found.set(status.targetId, status.status === "online" ? "online" : "offline");
    }
  }
  return found;
}

// An emitter's id without its last part is its target's: used while the Emitter itself is not
// known.
export function targetOfEmitter(emitterId, emitters) {
  return emitters.get(emitterId)?.targetId ?? emitterId.replace(/:[^:]*$/, "");
}

export function nameOfEmitter(emitterId, emitters) {
  const name = emitters.get(emitterId)?.name;
  return typeof name === "string" && name !== "" ? name : emitterId.replace(/^.*:/, "");
}

export const isStateEmitter = (emitterId) => emitterId.endsWith(":state");

// The latest state of each target that has a state emitter: {word, tone}.
export function stateByTarget(pulses, emitters) {
  const found = new Map();
  for (const pulse of pulses.values()) {
    const emitterId = pulse.emitterId ?? pulse.id;
    if (!isStateEmitter(emitterId)) continue;
    const word = pulse.data?.status;
    if (typeof word !== "string" || word === "") continue;
    found.set(targetOfEmitter(emitterId, emitters), stateBadge(word, pulse.data));
  }
  return found;
}

function stateBadge(word, data) {
  const code = data.exitCode ?? data.exit_code;
  if (word === "exited" && Number.isInteger(code) && code !== 0) {
    return { word: `${word} ${code}`, tone: endedBySignal.includes(code) ? "warn" : "bad" };
  }
  return { word, tone: toneOfState(word) };
}

// SIGINT, SIGKILL, SIGTERM: most often somebody's wish, and no failure of its own.
const endedBySignal = [130, 137, 143];

function toneOfState(word) {
  if (word === "running") return "good";
  if (["paused", "restarting", "removing", "starting", "stopping"].includes(word)) return "warn";
  if (["dead", "gone", "error"].includes(word)) return "bad";
  return "quiet";
}

export const isAlertsEmitter = (emitterId) => emitterId.endsWith(":alerts");

// Today's core has no Alert items: there the last value of a target's emitter `alerts` tells in
// `all` what is wrong now. As items.
export function alertsFromPulses(pulses, emitters) {
  const found = new Map();
  for (const pulse of pulses.values()) {
    const emitterId = pulse.emitterId ?? pulse.id;
    if (!isAlertsEmitter(emitterId) || !Array.isArray(pulse.data?.all)) continue;
    const entityId = targetOfEmitter(emitterId, emitters);
    pulse.data.all.forEach((alert, at) => {
      if (alert === null || typeof alert !== "object") return;
      const { level, code, message } = alert;
      const id = `${pulse.id}:${at}`;
      found.set(id, { id, entityId, entityType: "Target", level, code, message });
    });
  }
  return found;
}

// What is wrong with each target: {word, tone, message, urgency}. Two executors may tell of one
// target: the more severe one gives the word, and both messages are shown.
export function alertsByTarget(alerts) {
  const found = new Map();
  const bySeverity = [...alerts.values()].sort(
    (a, b) => urgencyOf(b.level) - urgencyOf(a.level) || a.id.localeCompare(b.id),
  );
  for (const alert of bySeverity) {
    if (alert.entityType !== "Target") continue;
    const urgency = urgencyOf(alert.level);
    const message = text(alert.message);
    const known = found.get(alert.entityId);
    if (known) {
      known.message = [known.message, message].filter(Boolean).join(" ");
    } else {
      const word = text(alert.code) || text(alert.level) || "alert";
      found.set(alert.entityId, { word, tone: alertTones[urgency], message, urgency });
    }
  }
  return found;
}

const alertTones = ["quiet", "warn", "bad"];
const urgencyOf = (level) => Math.max(0, ["info", "warn", "error"].indexOf(level));

// How gantry orders the actions of a target, for cores that keep no order.
const usualOrder = [
  ["run", "stop", "restart", "kill", "pause", "unpause"],
  ["write", "exec", "pull", "configure", "refresh", "forget"],
].flat();

export function actionsOf(targetId, actions, target) {
  const order = Array.isArray(target?.actionIds)
    ? target.actionIds
    : usualOrder.map((verb) => `${targetId}:${verb}`);
  const rank = (id) => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...actions.values()]
    .filter((action) => action.targetId === targetId)
    .sort((a, b) => rank(a.id) - rank(b.id) || a.id.localeCompare(b.id));
}

// Why an action cannot be pressed now, in words; empty when it can.
export function whyNot({ connected, status, targetName }) {
  if (!connected) return "Not connected to the core.";
  if (status === "offline") {
    return `${targetName} is offline: its executor says that it cannot be acted on now.`;
  }
  if (status !== "online") return `No executor says that ${targetName} is online.`;
  return "";
}

// What an instance says of itself, and whether that is to be believed.
// `clients` tells who is connected, and is trusted only if it holds ourselves.
export function instanceView(instance, clients, ownClientId) {
  const status = text(instance.status) || "no status";
  const message = text(instance.message);
  const gone =
    clients.has(ownClientId) && text(instance.clientId) !== "" && !clients.has(instance.clientId);
  const tone = status === "Error" ? "bad" : ({ Available: "good" }[status] ?? "quiet");
  return {
    id: instance.id,
    name: text(instance.name) || instance.id,
    status: gone ? "Connection gone" : status,
    message: gone ? [`It last said: ${status}.`, message].filter(Boolean).join(" ") : message,
    tone: gone ? "bad" : message !== "" && tone !== "bad" ? "warn" : tone,
    urgent: gone || status === "Error" || message !== "",
  };
}

// Dark enough for white text on them.
const categoryColours = {
  engine: "#1d4ed8",
  project: "#6d28d9",
  container: "#0f766e",
  slot: "#b45309",
};
const otherColours = ["#9f1239", "#92400e", "#3f6212", "#155e75", "#3730a3", "#86198f"];

// A target's own colours; of a core that keeps none those of its category.
export function coloursOf({ bgColor, fgColor, category }) {
  if (typeof bgColor === "string" && bgColor !== "") return [bgColor, fgColor];
  const name = text(category);
  const sum = [...name].reduce((all, one) => all + one.codePointAt(0), 0);
  const other = name === "" ? "#334155" : otherColours[sum % otherColours.length];
  return [Object.hasOwn(categoryColours, name) ? categoryColours[name] : other, "#ffffff"];
}

const text = (value) => (typeof value === "string" ? value.trim() : "");
