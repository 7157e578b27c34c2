// Puts the page together: the connection feeds the store, and the views draw what changed, once a
// frame.

import { nameOfAction } from "./action_view.js";
import { AlertsView } from "./alerts_view.js";
import { AnswersView } from "./answers_view.js";
import { Commands } from "./commands.js";
import { Connection, makeUuid } from "./connection.js";
import { ConnectionView } from "./connection_view.js";
import { byId, setAttribute, setHidden, setText } from "./dom.js";
import * as fleet from "./fleet.js";
import { InstancesView } from "./instances_view.js";
import { LineBuffer } from "./line_buffer.js";
import { LineReader, timeOfPulse, wordsOfEvent } from "./lines.js";
import { PulsesView } from "./pulses_view.js";
import { Store, itemTypes } from "./store.js";
import { TargetView } from "./target_view.js";
import { buildTree, nameOf, withDescendants } from "./tree.js";
import { TreeView } from "./tree_view.js";
import { clockTime, compact, count } from "./words.js";

const linesMax = 5000;
const findFromTargets = 12; // fewer are seen at a glance
const askAgainAfter = 5000;
const isStats = (emitterId) => emitterId.endsWith(":stats");
const isOutput = (emitterId) => emitterId.endsWith(":output");

const store = new Store();
const commands = new Commands();
const reader = new LineReader();
const buffer = new LineBuffer({ limit: linesMax });
const askedAgain = new Map(); // item type -> when
const problems = new Map(); // item type -> words

let selectedId = recall();
let tree = buildTree(store.items("Target"));
let hasAlertItems = false; // does the core keep Alert items? Today's does not
const dirty = { fleet: true, target: true, answers: true, pulses: true };
let framePending = false;
let filterKey = "";

const connectionView = new ConnectionView({ host: location.host });
const instancesView = new InstancesView(byId("instances"), byId("instances-empty"));
const treeView = new TreeView(byId("tree"), { onSelect: select });
const targetView = new TargetView({ onPress: press });
const alertsView = new AlertsView(byId("alerts"), { onSelect: select });
const answersView = new AnswersView(byId("answers"), byId("answers-empty"));
const pulsesView = new PulsesView({
  box: byId("pulses-box"),
  list: byId("pulses"),
  jump: byId("jump"),
  buffer,
  nameOf: nameOfTarget,
  onChange: () => draw("pulses"),
});

const connection = new Connection({
  // The page's own query goes along: ?access_token=... is how a browser shows a token.
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/myko${location.search}`,
  queries: itemTypes,
  on: { state: connectionChanged, query: told, queryError: refused, answer: answered },
  open: (url) => new WebSocket(url),
  now: () => Date.now(),
  later: (ms, run) => setTimeout(run, ms),
  cancel: (timer) => clearTimeout(timer),
  every: (ms, run) => setInterval(run, ms),
  uuid: () => makeUuid(crypto),
});

// ---- what happens -------------------------------------------------------------------------------

function connectionChanged(state) {
  if (state.phase === "lost") {
    store.markStale();
    problems.clear();
    if (commands.connectionLost()) draw("answers");
  }
  // Only older cores tell a client its id.
  if (state.phase === "connected") hasAlertItems = state.clientId !== "";
  connectionView.render(state, Date.now());
  draw("fleet", "target");
}

function told(itemType, data) {
  const change = store.apply(itemType, data);
  if (change.gap) askAgain(itemType);
  if (itemType === "Pulse") pulsed(change);
  else draw("fleet", "target", ...(change.snapshot ? ["pulses"] : []));
}

function pulsed({ upserts, deletes, snapshot }) {
  const emitters = store.items("Emitter");
  if (snapshot || deletes.length > 0) draw("fleet", "target");
  const now = Date.now();
  // A snapshot comes in the core's order, which is nobody's.
  if (snapshot) upserts.sort((a, b) => (timeOfPulse(a) ?? now) - (timeOfPulse(b) ?? now));
  for (const pulse of upserts) {
    const emitterId = pulse.emitterId ?? pulse.id;
    if (!isOutput(emitterId)) draw("target");
    if (fleet.isStateEmitter(emitterId) || fleet.isAlertsEmitter(emitterId)) draw("fleet");
    if (isStats(emitterId) && !byId("with-stats").checked) continue;
    const targetId = fleet.targetOfEmitter(emitterId, emitters);
    const emitter = fleet.nameOfEmitter(emitterId, emitters);
    for (const line of reader.read(pulse, { targetId, emitter, now })) buffer.push(line);
  }
  draw("pulses");
}

function refused(itemType, message) {
  // A core without these only means that less can be told.
  if (["Alert", "Client"].includes(itemType)) return;
  problems.set(itemType, `The core does not tell of its ${itemType} items: ${message}.`);
  draw("fleet");
}

// Responses were lost. Not at once again: a core that always skips would be asked for ever.
function askAgain(itemType) {
  const now = Date.now();
  if (now - (askedAgain.get(itemType) ?? 0) < askAgainAfter) return;
  askedAgain.set(itemType, now);
  connection.askAgain(itemType);
}

function answered(answer) {
  if (commands.answered(answer, Date.now())) draw("answers", "target");
}

function select(id) {
  selectedId = id;
  remember(id);
  filterPulses();
  draw("fleet", "target", "pulses");
  // On a phone the actions are below the tree, out of sight.
  if (matchMedia("(max-width: 47.99rem)").matches) byId("actions-part").scrollIntoView();
}

function press(action, data) {
  const tx = connection.command("ExecTargetAction", { action, data });
  if (tx === null) return;
  const values = data === undefined ? "" : compact(data);
  const on = `${nameOfAction(action)} on ${nameOfTarget(action.targetId)}`;
  const what = values === "" ? on : `${on} (${values})`;
  commands.sent({ tx, actionId: action.id, what, now: Date.now() });
  draw("answers", "target");
}

// ---- what is drawn ------------------------------------------------------------------------------

function draw(...parts) {
  for (const part of parts) dirty[part] = true;
  if (framePending) return;
  framePending = true;
  requestAnimationFrame(frame);
}

function frame() {
  framePending = false;
  const todo = { ...dirty };
  for (const part of Object.keys(dirty)) dirty[part] = false;
  if (todo.fleet) drawFleet();
  if (todo.target) drawTarget();
  if (todo.answers) answersView.render(commands.entries);
  if (todo.pulses) drawPulses();
}

function drawFleet() {
  const targets = store.items("Target");
  tree = buildTree(targets);
  filterPulses();

  const clients = store.items("Client");
  const { clientId } = connection.state;
  const instances = [...store.items("Instance").values()];
  const views = instances.map((one) => fleet.instanceView(one, clients, clientId));
  instancesView.render(views, !store.isStale("Instance"));

  const alerts = alertsNow();
  alertsView.render(alerts, targets);

  const shown = treeView.render({
    tree,
    alerts,
    find: byId("find").value,
    selectedId,
    status: fleet.statusByTarget(store.items("TargetStatus")),
    states: fleet.stateByTarget(store.items("Pulse"), store.items("Emitter")),
  });
  setHidden(byId("find-row"), targets.size < findFromTargets);
  setText(byId("targets-count"), targets.size === 0 ? "" : String(targets.size));
  setText(byId("targets-empty"), targetsEmptyWords(targets.size));
  setHidden(byId("targets-empty"), shown > 0);
  setHidden(byId("tree"), shown === 0);

  const stale = store.isStale("Target") && (targets.size > 0 || instances.length > 0);
  setHidden(byId("stale"), !stale);
  setAttribute(document.body, "data-stale", stale ? "yes" : null);
  setText(byId("problem"), [...problems.values()].join(" "));
  setHidden(byId("problem"), problems.size === 0);
}

function alertsNow() {
  return fleet.alertsByTarget(
    hasAlertItems
      ? store.items("Alert")
      : fleet.alertsFromPulses(store.items("Pulse"), store.items("Emitter")),
  );
}

function targetsEmptyWords(known) {
  if (known > 0) return "No target matches.";
  if (store.isStale("Target")) return "Waiting for the core …";
  return "No targets. They appear here when an executor publishes them.";
}

function drawTarget() {
  const target = store.items("Target").get(selectedId);
  const statuses = fleet.statusByTarget(store.items("TargetStatus"));
  const status = statuses.get(selectedId) ?? "unknown";
  const emitters = store.items("Emitter");
  const pulses = store.items("Pulse");
  const connected = connection.state.phase === "connected";
  const targetName = target ? nameOf(target) : "";
  targetView.render({
    target: target && {
      id: target.id,
      name: targetName,
      category: target.category,
      status,
      state: fleet.stateByTarget(pulses, emitters).get(selectedId),
      alert: alertsNow().get(selectedId),
    },
    values: target ? latestValues(selectedId, pulses, emitters) : [],
    actions: target ? fleet.actionsOf(selectedId, store.items("Action"), target) : [],
    why: fleet.whyNot({ connected, status, targetName }),
    commands,
    known: !store.isStale("Action"),
  });
}

function latestValues(targetId, pulses, emitters) {
  const found = [];
  for (const pulse of pulses.values()) {
    const emitterId = pulse.emitterId ?? pulse.id;
    if (isOutput(emitterId) || fleet.isAlertsEmitter(emitterId)) continue;
    if (fleet.targetOfEmitter(emitterId, emitters) !== targetId) continue;
    const time = timeOfPulse(pulse);
    const at = time === null ? "" : ` · ${clockTime(time).slice(0, 8)}`;
    found.push([fleet.nameOfEmitter(emitterId, emitters), `${wordsOfEvent(pulse.data)}${at}`]);
  }
  return found.sort(([a], [b]) => a.localeCompare(b));
}

function drawPulses() {
  if (pulsesView.render()) draw("pulses");
  setText(byId("pulses-words"), pulsesView.words);
  setHidden(byId("pulses-empty"), !pulsesView.isEmpty);
  const target = store.items("Target").get(selectedId);
  const one = scope() === "selected" && target;
  const below = one ? withDescendants(tree, selectedId).size - 1 : 0;
  setAttribute(byId("pulses"), "data-single", one && below === 0 ? "yes" : null);
  const more = below > 0 ? ` and ${count(below, "target")} below it` : "";
  setText(byId("pulses-scope"), one ? `Of ${nameOf(target)}${more}.` : "Of all targets.");
  setText(byId("pulses-empty"), one ? `No pulses of ${nameOf(target)} yet.` : "No pulses yet.");
}

// Does nothing when the same lines are wanted as before: the reader's place in the list is kept.
function filterPulses() {
  const stats = byId("with-stats").checked;
  const ids =
    scope() === "selected" && tree.nodes.has(selectedId) ? withDescendants(tree, selectedId) : null;
  const key = JSON.stringify([stats, ids === null ? null : [...ids].sort()]);
  if (key === filterKey) return;
  filterKey = key;
  pulsesView.filter(
    (line) => (ids === null || ids.has(line.targetId)) && (stats || !isStats(line.emitterId)),
  );
}

function nameOfTarget(targetId) {
  const target = store.items("Target").get(targetId);
  return target ? nameOf(target) : targetId;
}

const scope = () => (byId("scope-all").checked ? "all" : "selected");

// The selection survives a reload, where the browser lets it.
function remember(id) {
  try {
    sessionStorage.setItem("selected", id);
  } catch {
    // Storage is off: nothing is lost but convenience.
  }
}

function recall() {
  try {
    return sessionStorage.getItem("selected");
  } catch {
    return null;
  }
}

// ---- start --------------------------------------------------------------------------------------

byId("find").addEventListener("input", () => draw("fleet"));
for (const id of ["scope-selected", "scope-all", "with-stats"]) {
  byId(id).addEventListener("change", filterPulses);
}
byId("clear").addEventListener("click", () => pulsesView.clear());
addEventListener("online", () => connection.retryNow());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) connection.retryNow();
});
setInterval(() => {
  connectionView.render(connection.state, Date.now());
  if (commands.tick(Date.now())) draw("answers", "target");
}, 500);

setText(byId("start-with"), startWith(location));
connection.start();
draw("fleet", "target", "answers", "pulses");

function startWith({ hostname, port }) {
  const host = `RSHIP_SERVER=${hostname}`;
  return port === "" ? `${host} gantry` : `${host} MYKO_PORT=${port} gantry`;
}
