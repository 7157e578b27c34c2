// What an executor published, as a tap saw it, against what a core has.

import { eventsOf } from "./tap.mjs";

export const types = [
  "Machine",
  "Instance",
  "Target",
  "TargetStatus",
  "Action",
  "Emitter",
  "Pulse",
  "Alert",
];

// type -> id -> item: each that was set and not deleted later. Pulses are those of the last
// connection, since a core of 2026 deletes a client's pulses when it goes.
export function publishedIn(tap, fromConnection = 1) {
  const found = new Map(types.map((type) => [type, new Map()]));
  let connection = 0;
  for (const record of tap.sent) {
    if (record.connection < fromConnection) continue;
    if (record.connection !== connection) found.get("Pulse").clear();
    connection = record.connection;
    for (const { itemType, changeType, item } of eventsOf(record.message)) {
      if (!found.has(itemType)) found.set(itemType, new Map());
      if (changeType === "SET") found.get(itemType).set(item.id, item);
      else found.get(itemType).delete(item.id);
    }
  }
  return found;
}

// What must be as it was sent, beside being there at all.
const states = { TargetStatus: ["status"], Instance: ["status", "message"], Machine: ["name"] };

// `stored`: type -> id -> item. What is wrong, in words, and a row {type, published, stored} each.
export function compare(published, stored) {
  const rows = [];
  const wrong = [];
  for (const [type, items] of published) {
    const there = [...items.keys()].filter((id) => stored[type]?.has(id));
    rows.push({ type, published: items.size, stored: there.length });
    for (const [id, item] of items) {
      const has = stored[type]?.get(id);
      if (!has) wrong.push(`${type} ${id} is not stored`);
      for (const field of has ? (states[type] ?? []) : []) {
        const same = (has[field] ?? "") === (item[field] ?? "");
        if (!same) wrong.push(`${type} ${id}: ${field} is ${has[field]}, sent was ${item[field]}`);
      }
    }
  }
  return { rows, wrong };
}

// "Target 9/9, Emitter 0/13": stored of published.
export function table(rows) {
  return rows
    .filter((row) => row.published > 0)
    .map((row) => `${row.type} ${row.stored}/${row.published}`)
    .join(", ");
}

// The first few of many, and how many there are.
export function some(words, most = 10) {
  const rest = words.length - most;
  return words.slice(0, most).join("; ") + (rest > 0 ? `; and ${rest} more` : "");
}
