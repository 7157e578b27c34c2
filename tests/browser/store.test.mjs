import assert from "node:assert/strict";
import test from "node:test";
import { Store } from "../../launchpad/page/store.js";

const upsert = (item) => ({ item, itemType: "Target" });
const ids = (store) => [...store.items("Target").keys()];

test("sequence 0 is the whole state, later ones are changes", () => {
  const store = new Store();
  assert.equal(store.isStale("Target"), true);
  const first = store.apply("Target", { sequence: 0, upserts: [upsert({ id: "a" })], deletes: [] });
  assert.equal(first.snapshot, true);
  assert.equal(store.isStale("Target"), false);
  store.apply("Target", { sequence: 1, upserts: [upsert({ id: "b" })], deletes: [] });
  const third = store.apply("Target", { sequence: 2, upserts: [], deletes: ["a", "nobody"] });
  assert.deepEqual(third.deletes, ["a"]);
  assert.deepEqual(ids(store), ["b"]);
  store.apply("Target", { sequence: 0, upserts: [upsert({ id: "c" })] });
  assert.deepEqual(ids(store), ["c"]);
});

test("a lost response is noticed once", () => {
  const store = new Store();
  store.apply("Target", { sequence: 0, upserts: [] });
  assert.equal(store.apply("Target", { sequence: 1, upserts: [] }).gap, false);
  assert.equal(store.apply("Target", { sequence: 3, upserts: [] }).gap, true);
  assert.equal(store.apply("Target", { sequence: 4, upserts: [] }).gap, false);
});

test("after a lost connection the items stay, as stale", () => {
  const store = new Store();
  store.apply("Target", { sequence: 0, upserts: [upsert({ id: "a" })] });
  store.markStale();
  assert.equal(store.isStale("Target"), true);
  assert.deepEqual(ids(store), ["a"]);
  store.apply("Target", { sequence: 0, upserts: [] });
  assert.deepEqual(ids(store), []);
});

test("nonsense changes nothing", () => {
  const store = new Store();
  for (const data of [
    null,
    7,
    {},
    { upserts: 1, deletes: 2 },
    { upserts: [null, {}, { item: 1 }] },
  ]) {
    assert.deepEqual(store.apply("Target", data).upserts, []);
  }
  assert.deepEqual(store.apply("Nobody", { sequence: 0 }).upserts, []);
});
