import assert from "node:assert/strict";
import test from "node:test";
import { formOf, readForm } from "../../launchpad/page/schema.js";

const object = (properties, required = []) => ({ type: "object", properties, required });

function read(schema, typed) {
  const { data, errors } = readForm(formOf(schema), new Map(Object.entries(typed)));
  return errors.size > 0 ? Object.fromEntries(errors) : data;
}

test("no properties: just a button", () => {
  for (const schema of [
    null,
    undefined,
    "",
    "null",
    {},
    { type: "object" },
    object({}),
    true,
    [],
  ]) {
    assert.equal(formOf(schema).kind, "none", JSON.stringify(schema));
  }
  assert.deepEqual(read(null, {}), {});
});

test("a schema may be JSON in a string", () => {
  const form = formOf(JSON.stringify(object({ v: { type: "number" } })));
  assert.equal(form.kind, "fields");
  assert.equal(form.fields[0].input, "number");
});

test("a schema that cannot be read leaves a JSON box, and says so", () => {
  const form = formOf("{not json");
  assert.equal(form.kind, "value");
  assert.match(form.problem, /cannot be read/);
  assert.deepEqual(read("{not json", { data: "[1]" }), [1]);
});

test("labels, hints, defaults", () => {
  const [field] = formOf(
    object({
      timeout: {
        type: "integer",
        title: "Timeout",
        description: "Seconds to wait",
        minimum: 0,
        maximum: 60,
        default: 10,
      },
    }),
  ).fields;
  assert.equal(field.label, "Timeout");
  assert.equal(field.hint, "Seconds to wait. From 0 to 60.");
  assert.equal(field.initial, "10");
  assert.equal(field.required, false);
});

test("empty optional fields are left out, empty required ones are named", () => {
  const schema = object({ a: { type: "string" }, b: { type: "integer", title: "Count" } }, ["b"]);
  assert.deepEqual(read(schema, { a: "", b: "2" }), { b: 2 });
  assert.deepEqual(read(schema, { a: "x", b: " " }), { b: "Count is required." });
});

test("numbers", () => {
  const schema = object({ n: { type: "number", minimum: -1, maximum: 2.5 } });
  assert.deepEqual(read(schema, { n: " 1.5 " }), { n: 1.5 });
  assert.deepEqual(read(schema, { n: "-1e0" }), { n: -1 });
  assert.deepEqual(read(schema, { n: "3" }), { n: "n must be 2.5 or less." });
  assert.deepEqual(read(schema, { n: "-2" }), { n: "n must be -1 or more." });
  for (const bad of ["abc", "1,5", "0x10", "Infinity", "1 2", "--1", "."]) {
    assert.deepEqual(read(schema, { n: bad }), { n: "n must be a number." }, bad);
  }
});

test("integers, and limits that are not included", () => {
  const schema = object({
    n: { type: ["integer", "null"], exclusiveMinimum: 0, exclusiveMaximum: 5 },
  });
  assert.deepEqual(read(schema, { n: "1.0" }), { n: 1 });
  assert.deepEqual(read(schema, { n: "1.5" }), { n: "n must be a whole number." });
  assert.deepEqual(read(schema, { n: "0" }), { n: "n must be more than 0." });
  assert.deepEqual(read(schema, { n: "5" }), { n: "n must be less than 5." });
});

test("choices keep the type of their values", () => {
  const schema = object({
    signal: { enum: ["TERM", "KILL"], default: "KILL" },
    level: { enum: [1, 2, null] },
    force: { type: "boolean", default: false },
    only: { const: 7 },
  });
  const { fields } = formOf(schema);
  assert.deepEqual(
    fields.map((field) => field.input),
    Array(4).fill("choice"),
  );
  assert.deepEqual(
    fields.map((field) => field.initial),
    ["1", "", "1", ""],
  );
  const typed = { signal: "0", level: "2", force: "0", only: "0" };
  assert.deepEqual(read(schema, typed), { signal: "TERM", level: null, force: true, only: 7 });
  assert.match(read(schema, { signal: "9" }).signal, /choose one/);
});

test("a choice shows the titles that its values have", () => {
  const [field] = formOf(
    object({
      level: {
        type: "string",
        enum: ["", "debug", "other"],
        oneOf: [
          { const: "", title: "Keep" },
          { const: "debug", title: "Debug" },
          { const: "other" },
        ],
      },
    }),
  ).fields;
  assert.deepEqual(
    field.choices.map(({ label }) => label),
    ["Keep", "Debug", "other"],
  );
  assert.equal(field.choices[0].value, "");
});

test("texts have lengths, counted in characters", () => {
  const schema = object({ t: { type: "string", minLength: 2, maxLength: 3 } });
  assert.deepEqual(read(schema, { t: "🚀🚀🚀" }), { t: "🚀🚀🚀" });
  assert.match(read(schema, { t: "a" }).t, /2 characters or more/);
  assert.match(read(schema, { t: "abcd" }).t, /3 characters or fewer/);
  assert.deepEqual(read(schema, { t: " a" }), { t: " a" });
});

test("nested and unknown things are typed as JSON", () => {
  const schema = object({
    env: { type: "object", default: { a: 1 } },
    args: { type: "array" },
    any: {},
    mixed: { type: ["string", "number"] },
    wrong: 7,
  });
  const { fields } = formOf(schema);
  assert.deepEqual(
    fields.map((field) => field.input),
    Array(5).fill("json"),
  );
  assert.equal(fields[0].initial, '{"a":1}');
  const typed = { env: '{"A": "b"}', args: '["x"]', any: "null", mixed: "5", wrong: '"w"' };
  assert.deepEqual(read(schema, typed), {
    env: { A: "b" },
    args: ["x"],
    any: null,
    mixed: 5,
    wrong: "w",
  });
  assert.match(read(schema, { env: "[1]" }).env, /must be an object/);
  assert.match(read(schema, { args: "{}" }).args, /must be a list/);
  assert.match(read(schema, { any: "{" }).any, /is not JSON/);
});

test("an action whose data is not an object has one field", () => {
  assert.equal(read({ type: "number", maximum: 1 }, { data: "0.5" }), 0.5);
  assert.deepEqual(read({ type: "string" }, {}), { data: "Data is required." });
  assert.equal(read({ type: ["string", "null"] }, {}), undefined);
});

test("a hostile key is only a key", () => {
  const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}');
  const { data } = readForm(formOf(schema), new Map([["__proto__", "x"]]));
  assert.equal(JSON.stringify(data), '{"__proto__":"x"}');
  assert.equal(Object.getPrototypeOf(data), Object.prototype);
});

test("a choice with titles shows the titles and gives the values", () => {
  const oneOf = [
    { const: "", title: "Keep" },
    { const: "debug", title: "Debug" },
    { const: 3, title: 7 },
  ];
  const schema = object({ level: { type: "string", enum: ["", "debug"], oneOf } });
  const [field] = formOf(schema).fields;
  assert.equal(field.input, "choice");
  assert.deepEqual(
    field.choices.map(({ label }) => label),
    ["Keep", "Debug", "3"],
  );
  assert.deepEqual(read(schema, { level: "1" }), { level: "debug" });
  assert.deepEqual(read(schema, { level: "0" }), { level: "" });
  assert.deepEqual(read(schema, { level: "" }), {});
  assert.equal(formOf(object({ a: { oneOf: [{ type: "integer" }] } })).fields[0].input, "json");
});
