// The selected target: what it is, its latest values, and its actions.

import { ActionView } from "./action_view.js";
import { byId, el, setAttribute, setChildren, setHidden, setText } from "./dom.js";

export class TargetView {
  #onPress;
  #actions = new Map(); // face -> ActionView
  #parts = {
    name: byId("target-name"),
    status: byId("target-status"),
    state: byId("target-state"),
    id: byId("target-id"),
    values: byId("target-values"),
    why: byId("target-why"),
    actions: byId("actions"),
    empty: byId("actions-empty"),
    facts: byId("target-facts"),
    alert: byId("target-alert"),
  };

  constructor({ onPress }) {
    this.#onPress = onPress;
  }

  // facts: {target: {id, name, category, status, state, alert} or null,
  // values: [[name, words]], actions,
  // why, commands, known}
  render({ target, values, actions, why, commands, known }) {
    const parts = this.#parts;
    setText(parts.name, target ? target.name : "Actions");
    setHidden(parts.facts, !target);
    if (target) {
      setText(parts.status, target.status === "unknown" ? "no status" : target.status);
      setAttribute(parts.status, "data-status", target.status);
      setText(parts.state, target.state?.word ?? "");
      const tone = target.status === "online" ? target.state?.tone : "quiet";
      setAttribute(parts.state, "data-tone", tone);
      setHidden(parts.state, !target.state);
      setText(parts.id, [target.category, target.id].filter(Boolean).join(" · "));
    }
    const alert = target?.alert;
    setText(parts.alert, alert ? `${alert.word}: ${alert.message}` : "");
    setAttribute(parts.alert, "data-tone", alert?.tone);
    setHidden(parts.alert, !alert);
    this.#renderValues(target ? values : []);
    setText(parts.why, target && actions.length > 0 ? why : "");
    setHidden(parts.why, parts.why.textContent === "");
    this.#renderActions(target ? actions : [], why, commands);
    setText(parts.empty, emptyWords(target, actions, known));
    setHidden(parts.empty, parts.empty.textContent === "");
  }

  #renderValues(values) {
    const parts = values.flatMap(([name, words]) => [el("dt", {}, name), el("dd", {}, words)]);
    const now = parts.map((part) => part.textContent).join("\n");
    if (this.#parts.values.dataset.shown === now) return;
    this.#parts.values.dataset.shown = now;
    setChildren(this.#parts.values, parts);
    setHidden(this.#parts.values, parts.length === 0);
  }

  #renderActions(actions, why, commands) {
    const faces = new Map(actions.map((action) => [ActionView.faceOf(action), action]));
    for (const face of this.#actions.keys()) if (!faces.has(face)) this.#actions.delete(face);
    const elements = [];
    for (const [face, action] of faces) {
      let view = this.#actions.get(face);
      if (!view) {
        view = new ActionView(action, { onPress: this.#onPress });
        this.#actions.set(face, view);
      }
      view.update(action);
      const waiting = commands.isWaiting(action.id);
      view.setState({ why, waiting, latest: commands.latest(action.id) });
      elements.push(view.element);
    }
    setChildren(this.#parts.actions, elements);
  }
}

function emptyWords(target, actions, known) {
  if (!target) return "Select a target to see what it can do.";
  if (actions.length > 0) return "";
  return known ? "This target has no actions." : "Its actions are not known yet.";
}
