// The executors that have connected, those that need attention first.

import { el, setAttribute, setChildren, setHidden, setText } from "./dom.js";

export class InstancesView {
  #list;
  #empty;
  #elements = new Map();

  constructor(list, empty) {
    this.#list = list;
    this.#empty = empty;
  }

  // instances: what fleet.js makes of each. `known`: the core has told us.
  render(instances, known) {
    const sorted = [...instances].sort(
      (a, b) => Number(b.urgent) - Number(a.urgent) || a.name.localeCompare(b.name),
    );
    const ids = new Set(sorted.map((one) => one.id));
    for (const id of this.#elements.keys()) if (!ids.has(id)) this.#elements.delete(id);
    setChildren(
      this.#list,
      sorted.map((one) => this.#update(one)),
    );
    setHidden(this.#empty, !known || sorted.length > 0);
    setHidden(this.#list, sorted.length === 0);
  }

  #update(one) {
    let entry = this.#elements.get(one.id);
    if (!entry) this.#elements.set(one.id, (entry = makeEntry()));
    const { item, name, status, message } = entry;
    setAttribute(item, "data-tone", one.tone);
    setAttribute(item, "data-urgent", one.urgent ? "yes" : null);
    setAttribute(item, "data-instance-id", one.id);
    setText(name, one.name);
    setText(status, one.status);
    setAttribute(status, "data-tone", one.tone);
    setText(message, one.message);
    setHidden(message, one.message === "");
    return item;
  }
}

function makeEntry() {
  const name = el("span.name");
  const status = el("span.badge");
  const message = el("p.message");
  const item = el("li.instance", {}, el("div.row", {}, name, " ", status), message);
  return { item, name, status, message };
}
