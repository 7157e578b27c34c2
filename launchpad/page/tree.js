// Builds the tree of targets, and the list of rows that a tree with folded branches shows. No DOM.

import { visible } from "./words.js";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export const nameOf = (target) =>
  visible(typeof target.name === "string" && target.name !== "" ? target.name : target.id);

// Children are told by themselves (parentTargets) or by their parent (subTargets): both are read.
// A target is shown once. One whose parents are not known, or that is in a circle, is a root.
export function buildTree(targets) {
  const parentOf = new Map();
  for (const target of targets.values()) {
    if (target.rootLevel === true) continue;
    const parent = list(target.parentTargets).find((id) => id !== target.id && targets.has(id));
    if (parent !== undefined) parentOf.set(target.id, parent);
  }
  for (const target of targets.values()) {
    for (const child of list(target.subTargets)) {
      const known = targets.get(child);
      if (!known || child === target.id || known.rootLevel === true) continue;
      if (!parentOf.has(child)) parentOf.set(child, target.id);
    }
  }

  const nodes = new Map();
  for (const id of targets.keys()) nodes.set(id, { id, target: targets.get(id), children: [] });
  const roots = [];
  for (const node of nodes.values()) {
    const parent = inCircle(node.id, parentOf) ? undefined : nodes.get(parentOf.get(node.id));
    (parent ? parent.children : roots).push(node);
  }
  for (const node of nodes.values()) node.children.sort(byName);
  return { roots: roots.sort(byName), nodes };
}

function inCircle(id, parentOf) {
  const seen = new Set();
  for (let at = parentOf.get(id); at !== undefined && !seen.has(at); at = parentOf.get(at)) {
    if (at === id) return true;
    seen.add(at);
  }
  return false;
}

const byName = (a, b) =>
  collator.compare(nameOf(a.target), nameOf(b.target)) || collator.compare(a.id, b.id);
const list = (value) => (Array.isArray(value) ? value : []);

// A target and all below it: whose pulses belong to a selection.
export function withDescendants(tree, id) {
  const found = new Set([id]);
  const rest = [tree.nodes.get(id)];
  while (rest.length > 0) {
    for (const child of rest.pop()?.children ?? []) {
      if (found.has(child.id)) continue;
      found.add(child.id);
      rest.push(child);
    }
  }
  return found;
}

// The rows from top to bottom. `find` keeps what matches, with its ancestors, unfolded.
export function visibleRows(tree, { folded = new Set(), find = "" } = {}) {
  const rows = [];
  const wanted = find.trim().toLowerCase();
  const keep = wanted === "" ? null : matching(tree, wanted);
  walk(tree.roots, 1, null);
  return rows;

  function walk(nodes, level, parent) {
    const shown = keep ? nodes.filter((node) => keep.has(node.id)) : nodes;
    shown.forEach((node, index) => {
      const expandable = node.children.length > 0;
      const expanded = expandable && (keep !== null || !folded.has(node.id));
      rows.push({
        id: node.id,
        target: node.target,
        parent,
        level,
        position: index + 1,
        siblings: shown.length,
        expandable,
        expanded,
      });
      if (expanded) walk(node.children, level + 1, node.id);
    });
  }
}

function matching(tree, wanted) {
  const keep = new Set();
  tree.roots.forEach(visit);
  return keep;

  function visit(node) {
    const words = [nameOf(node.target), node.target.category].filter(Boolean).join(" ");
    let keeps = words.toLowerCase().includes(wanted);
    for (const child of node.children) if (visit(child)) keeps = true;
    if (keeps) keep.add(node.id);
    return keeps;
  }
}

// Where a key moves the focus: {focus}, {toggle: true or false} or nothing (null).
export function moveInTree(rows, currentId, key) {
  const at = rows.findIndex((row) => row.id === currentId);
  if (at < 0) return rows.length > 0 ? { focus: rows[0].id } : null;
  const row = rows[at];
  const to = (index) => (rows[index] ? { focus: rows[index].id } : null);
  switch (key) {
    case "ArrowDown":
      return to(at + 1);
    case "ArrowUp":
      return to(at - 1);
    case "Home":
      return to(0);
    case "End":
      return to(rows.length - 1);
    case "ArrowRight":
      if (!row.expandable) return null;
      return row.expanded ? to(at + 1) : { toggle: true };
    case "ArrowLeft":
      if (row.expanded) return { toggle: false };
      return row.parent === null ? null : { focus: row.parent };
    default:
      return typeahead(rows, at, key);
  }
}

function typeahead(rows, at, key) {
  if ([...key].length !== 1 || key === " ") return null;
  const wanted = key.toLowerCase();
  for (let step = 1; step <= rows.length; step += 1) {
    const row = rows[(at + step) % rows.length];
    if (nameOf(row.target).toLowerCase().startsWith(wanted)) return { focus: row.id };
  }
  return null;
}
