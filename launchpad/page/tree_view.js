// The tree of targets: one row each, moved through with the arrow keys (roving tabindex).

import { el, setAttribute, setChildren, setColour, setHidden, setText } from "./dom.js";
import { coloursOf } from "./fleet.js";
import { moveInTree, nameOf, visibleRows } from "./tree.js";

const statusWords = { online: "online", offline: "offline", unknown: "no status" };

export class TreeView {
  #list;
  #onSelect;
  #rows = [];
  #elements = new Map(); // target id -> {item, parts}
  #folded = new Set();
  #focusId = null;
  #latest = null;

  constructor(list, { onSelect }) {
    this.#list = list;
    this.#onSelect = onSelect;
    list.addEventListener("keydown", (event) => this.#pressed(event));
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("focusin", (event) => {
      const item = event.target.closest("[data-target-id]");
      if (item) this.#focusId = item.dataset.targetId;
      this.#applyTabindex();
    });
  }

  // facts: {tree, find, selectedId, status: Map, states: Map, alerts: Map}. Returns how many rows
  // are shown.
  render(facts) {
    this.#latest = facts;
    const hadFocus = this.#list.contains(document.activeElement);
    const oldAt = this.#rows.findIndex((row) => row.id === this.#focusId);
    this.#rows = visibleRows(facts.tree, { folded: this.#folded, find: facts.find });

    const shown = new Set(this.#rows.map((row) => row.id));
    for (const id of this.#elements.keys())
      if (!facts.tree.nodes.has(id)) this.#elements.delete(id);
    setChildren(
      this.#list,
      this.#rows.map((row) => this.#update(row, facts)),
    );

    if (!shown.has(this.#focusId)) {
      const near = this.#rows[Math.min(Math.max(oldAt, 0), this.#rows.length - 1)]?.id ?? null;
      this.#focusId = shown.has(facts.selectedId) ? facts.selectedId : near;
      if (hadFocus && this.#focusId !== null) this.#elements.get(this.#focusId).item.focus();
    }
    this.#applyTabindex();
    return this.#rows.length;
  }

  #update(row, { selectedId, status, states, alerts }) {
    let entry = this.#elements.get(row.id);
    if (!entry) this.#elements.set(row.id, (entry = makeRow(row.id)));
    const { item, parts } = entry;
    const { target } = row;
    const is = status.get(row.id) ?? "unknown";
    const state = states.get(row.id);
    const alert = alerts.get(row.id);
    const name = nameOf(target);

    setAttribute(item, "aria-level", row.level);
    setAttribute(item, "aria-posinset", row.position);
    setAttribute(item, "aria-setsize", row.siblings);
    setAttribute(item, "aria-expanded", row.expandable ? row.expanded : null);
    setAttribute(item, "aria-selected", row.id === selectedId);
    setAttribute(item, "data-status", is);
    item.style.setProperty("--level", row.level);
    setText(parts.name, name);
    if (parts.name.title !== name) parts.name.title = name;
    setText(parts.category, typeof target.category === "string" ? target.category : "");
    setText(parts.status, statusWords[is]);
    setText(parts.state, state?.word ?? "");
    setHidden(parts.state, !state);
    setHidden(parts.alert, !alert);
    setText(parts.alertCode, alert?.word ?? "");
    setAttribute(parts.alertCode, "data-tone", alert?.tone);
    setText(parts.alertMessage, alert?.message ?? "");
    // What an offline target last said of itself is not news.
    setAttribute(parts.state, "data-tone", is === "online" ? state?.tone : "quiet");
    setText(parts.swatch, [...name][0] ?? "");
    const [background, foreground] = coloursOf(target);
    const colours = `${background} ${foreground}`;
    if (entry.colours !== colours) {
      entry.colours = colours;
      setColour(parts.swatch, background, foreground);
    }
    return item;
  }

  #applyTabindex() {
    for (const [id, { item }] of this.#elements) {
      const wanted = id === this.#focusId ? 0 : -1;
      if (item.tabIndex !== wanted) item.tabIndex = wanted;
    }
  }

  #pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (this.#focusId !== null) this.#onSelect(this.#focusId);
      return;
    }
    const move = moveInTree(this.#rows, this.#focusId, event.key);
    if (move === null) return;
    event.preventDefault();
    if (move.focus) this.#elements.get(move.focus).item.focus();
    else this.#fold(this.#focusId, !move.toggle);
  }

  #clicked(event) {
    const item = event.target.closest("[data-target-id]");
    if (!item) return;
    const id = item.dataset.targetId;
    item.focus();
    if (event.target.closest(".twisty") && item.hasAttribute("aria-expanded")) {
      this.#fold(id, item.getAttribute("aria-expanded") === "true");
    } else {
      this.#onSelect(id);
    }
  }

  #fold(id, folded) {
    if (folded) this.#folded.add(id);
    else this.#folded.delete(id);
    this.render(this.#latest);
  }
}

function makeRow(id) {
  const parts = {
    swatch: el("span.swatch", { "aria-hidden": "true" }),
    name: el("span.name"),
    category: el("span.category"),
    state: el("span.badge"),
    status: el("span.status"),
    alertCode: el("span.badge"),
    alertMessage: el("span.message"),
  };
  parts.alert = el("span.alert", { hidden: true }, parts.alertCode, " ", parts.alertMessage);
  const item = el(
    "li.target",
    { role: "treeitem", "data-target-id": id, tabIndex: -1 },
    el("span.twisty", { "aria-hidden": "true" }),
    parts.swatch,
    el(
      "span.names",
      {},
      parts.name,
      " ",
      el("span.more", {}, parts.status, " ", parts.category),
      " ",
      parts.alert,
    ),
    " ",
    parts.state,
  );
  return { item, parts, colours: "" };
}
