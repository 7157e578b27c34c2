import assert from "node:assert/strict";
import test from "node:test";
import { buildTree, moveInTree, visibleRows, withDescendants } from "../../launchpad/page/tree.js";

const targets = (...list) => new Map(list.map((one) => [one.id, { name: one.id, ...one }]));
const outline = (rows) => rows.map((row) => `${" ".repeat(row.level - 1)}${row.id}`);

const fleet = targets(
  { id: "engine", rootLevel: true, subTargets: ["group", "c10"], category: "engine" },
  { id: "group", parentTargets: ["engine"] },
  { id: "c2", parentTargets: ["group"] },
  { id: "c10" },
  { id: "c1", parentTargets: ["engine"] },
);

test("children are found through either side, and sorted as people count", () => {
  const rows = visibleRows(buildTree(fleet));
  assert.deepEqual(outline(rows), ["engine", " c1", " c10", " group", "  c2"]);
  assert.deepEqual(
    rows.map(({ position, siblings }) => [position, siblings]),
    [
      [1, 1],
      [1, 3],
      [2, 3],
      [3, 3],
      [1, 1],
    ],
  );
});

test("a target whose parent is unknown is a root", () => {
  const rows = visibleRows(buildTree(targets({ id: "orphan", parentTargets: ["nobody"] })));
  assert.deepEqual(outline(rows), ["orphan"]);
});

test("circles, and targets that are their own parent, are still shown once", () => {
  const tree = buildTree(
    targets(
      { id: "a", parentTargets: ["b"] },
      { id: "b", parentTargets: ["a"] },
      { id: "c", parentTargets: ["b"] },
      { id: "self", parentTargets: ["self"], subTargets: ["self"] },
    ),
  );
  assert.deepEqual(outline(visibleRows(tree)), ["a", "b", " c", "self"]);
  assert.deepEqual([...withDescendants(tree, "b")], ["b", "c"]);
});

test("a target that two parents claim is shown once", () => {
  const tree = buildTree(
    targets({ id: "a", subTargets: ["c"] }, { id: "b", subTargets: ["c"] }, { id: "c" }),
  );
  assert.deepEqual(outline(visibleRows(tree)), ["a", " c", "b"]);
});

test("fields of the wrong type are not believed", () => {
  const tree = buildTree(
    targets({ id: "a", parentTargets: "b", subTargets: 7, name: 3 }, { id: "b" }),
  );
  assert.deepEqual(outline(visibleRows(tree)), ["a", "b"]);
});

test("below a target: itself and all under it", () => {
  const tree = buildTree(fleet);
  assert.deepEqual([...withDescendants(tree, "group")].sort(), ["c2", "group"]);
  assert.equal(withDescendants(tree, "engine").size, 5);
  assert.deepEqual([...withDescendants(tree, "nobody")], ["nobody"]);
});

test("folded branches hide what is in them; finding unfolds", () => {
  const tree = buildTree(fleet);
  const folded = new Set(["group"]);
  assert.deepEqual(outline(visibleRows(tree, { folded })), ["engine", " c1", " c10", " group"]);
  assert.deepEqual(outline(visibleRows(tree, { folded, find: "C2" })), [
    "engine",
    " group",
    "  c2",
  ]);
  assert.deepEqual(visibleRows(tree, { find: "nothing" }), []);
});

test("keys move as in any tree", () => {
  const rows = visibleRows(buildTree(fleet));
  const at = (id, key) => moveInTree(rows, id, key);
  assert.deepEqual(at("engine", "ArrowDown"), { focus: "c1" });
  assert.deepEqual(at("c1", "ArrowUp"), { focus: "engine" });
  assert.equal(at("engine", "ArrowUp"), null);
  assert.deepEqual(at("engine", "End"), { focus: "c2" });
  assert.deepEqual(at("c2", "Home"), { focus: "engine" });
  assert.deepEqual(at("engine", "ArrowRight"), { focus: "c1" });
  assert.equal(at("c1", "ArrowRight"), null);
  assert.deepEqual(at("group", "ArrowLeft"), { toggle: false });
  assert.deepEqual(at("c2", "ArrowLeft"), { focus: "group" });
  assert.deepEqual(at("engine", "g"), { focus: "group" });
  assert.deepEqual(at("c1", "c"), { focus: "c10" });
  assert.equal(at("c1", "Tab"), null);
  assert.deepEqual(at(null, "ArrowDown"), { focus: "engine" });
  assert.equal(moveInTree([], null, "ArrowDown"), null);
});
