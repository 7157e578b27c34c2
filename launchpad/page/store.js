// What the core has told us: the items of each type, kept up to date by live queries. No DOM.
//
// A response with sequence 0 is the whole state and replaces what was known; later ones are
// changes. After a lost connection the items stay, marked stale, until the new connection's
// sequence 0.

export const itemTypes = {
  Instance: "GetAllInstances",
  Target: "GetAllTargets",
  TargetStatus: "GetAllTargetStatuses",
  Action: "GetAllActions",
  Emitter: "GetAllEmitters",
  Pulse: "GetAllPulses",
  // What is wrong. Not every core has it.
  Alert: "GetAllAlerts",
  // Tells whether the connection that an Instance speaks of is still there. Not every core has it.
  Client: "GetAllClients",
};

export class Store {
  #tables = new Map();

  constructor(types = Object.keys(itemTypes)) {
    for (const type of types) this.#tables.set(type, { items: new Map(), stale: true, next: 0 });
  }

  items(type) {
    return this.#tables.get(type).items;
  }

  // Nothing has been told of this type on the present connection.
  isStale(type) {
    return this.#tables.get(type).stale;
  }

  markStale() {
    for (const table of this.#tables.values()) {
      table.stale = true;
      table.next = 0;
    }
  }

  // Takes one query response. Returns the changed items, and `gap` when responses before this one
  // were lost: then the caller asks again.
  apply(type, data) {
    const table = this.#tables.get(type);
    const result = { snapshot: false, gap: false, upserts: [], deletes: [] };
    if (!table || data === null || typeof data !== "object") return result;

    if (data.sequence === 0) {
      table.items.clear();
      table.stale = false;
      table.next = 1;
      result.snapshot = true;
    } else if (Number.isInteger(data.sequence)) {
      result.gap = data.sequence !== table.next;
      table.next = data.sequence + 1;
    }

    for (const id of asArray(data.deletes)) {
      if (table.items.delete(id)) result.deletes.push(id);
    }
    for (const upsert of asArray(data.upserts)) {
      const item = upsert?.item;
      if (item === null || typeof item !== "object" || typeof item.id !== "string") continue;
      table.items.set(item.id, item);
      result.upserts.push(item);
    }
    return result;
  }
}

const asArray = (value) => (Array.isArray(value) ? value : []);
