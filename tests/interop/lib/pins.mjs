// What a scene sends for an action: a node has a pin for each property of the published schema,
// and a pin that nobody set holds the default of its type.

function choices(schema) {
  const consts = (schema.oneOf ?? []).map((each) => each.const);
  return consts.length > 0 && consts.every((value) => value !== undefined) ? consts : null;
}

// Of a pin that is not set.
function unset(schema) {
  const consts = choices(schema);
  if (consts) return consts[0];
  if (schema.anyOf || schema.oneOf) return null;
  if (schema.type === undefined) return schema.enum ? "" : null;
  const defaults = { string: "", integer: 0, number: 0, boolean: false, array: [] };
  return schema.type in defaults ? defaults[schema.type] : null;
}

// The data of a node whose pins are not set but for those in `set`. Without properties there are
// no pins, and the data is null.
export function scene(schema, set = {}) {
  const pins = Object.entries(schema?.properties ?? {});
  for (const name of Object.keys(set)) {
    if (!pins.some(([pin]) => pin === name)) throw new Error(`the schema has no pin ${name}`);
  }
  if (pins.length === 0) return null;
  const value = ([name, its]) => [name, name in set ? set[name] : unset(its)];
  return Object.fromEntries(pins.map(value));
}
