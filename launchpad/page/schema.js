// From an action's JSON Schema to a form, and from what was typed back to data. No DOM.
//
// The executor checks the data against the whole schema; this catches what a person mistypes, and
// says it in words beside the field. What the form cannot express is typed as JSON.

// {kind: "none" | "fields" | "value", fields, problem}. "value": the data is the one field's value.
export function formOf(schema) {
  let parsed = schema;
  if (typeof schema === "string") {
    if (schema.trim() === "") return { kind: "none", fields: [], problem: "" };
    try {
      parsed = JSON.parse(schema);
    } catch {
      const problem = "The schema of this action cannot be read; its data is typed as JSON.";
      return { kind: "value", fields: [fieldOf("data", {}, false)], problem };
    }
  }
  if (!isObject(parsed)) return { kind: "none", fields: [], problem: "" };

  const type = typeOf(parsed);
  if (type !== undefined && type !== "object") {
    const field = fieldOf("data", { title: "Data", ...parsed }, !acceptsNull(parsed));
    return { kind: "value", fields: [field], problem: "" };
  }
  const required = Array.isArray(parsed.required) ? parsed.required : [];
  const properties = isObject(parsed.properties) ? Object.entries(parsed.properties) : [];
  const fields = properties.map(([key, one]) => fieldOf(key, one, required.includes(key)));
  return { kind: fields.length > 0 ? "fields" : "none", fields, problem: "" };
}

function fieldOf(key, given, required) {
  const schema = isObject(given) ? given : {};
  const type = typeOf(schema);
  const field = {
    key,
    label: typeof schema.title === "string" && schema.title !== "" ? schema.title : key,
    required,
    schema,
    input: "json",
    choices: [],
    initial: "",
  };
  if (isChoice(schema.oneOf)) {
    field.input = "choice";
    field.choices = schema.oneOf.map((one) => ({ value: one.const, label: titleOf(one) }));
  } else if (Array.isArray(schema.enum)) {
    field.input = "choice";
    field.choices = schema.enum.map((value) => ({ value, label: choiceLabel(value) }));
  } else if ("const" in schema) {
    field.input = "choice";
    field.choices = [{ value: schema.const, label: choiceLabel(schema.const) }];
  } else if (type === "boolean") {
    field.input = "choice";
    field.choices = [
      { value: true, label: "yes" },
      { value: false, label: "no" },
    ];
  } else if (type === "number" || type === "integer") {
    field.input = type;
  } else if (type === "string") {
    field.input = "text";
  }
  field.initial = initialText(field);
  field.hint = hintOf(field);
  return field;
}

// How today's core wants a choice: [{const, title}].
const isChoice = (list) =>
  Array.isArray(list) && list.length > 0 && list.every((one) => isObject(one) && "const" in one);

const titleOf = (one) =>
  typeof one.title === "string" && one.title !== "" ? one.title : choiceLabel(one.const);

const choiceLabel = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function initialText({ input, choices, schema }) {
  if (!("default" in schema) || schema.default === null) return "";
  if (input === "choice") {
    const wanted = JSON.stringify(schema.default);
    const index = choices.findIndex((choice) => JSON.stringify(choice.value) === wanted);
    return index < 0 ? "" : String(index);
  }
  if (input === "json") return JSON.stringify(schema.default);
  return String(schema.default);
}

function hintOf({ input, schema }) {
  const parts = [];
  if (typeof schema.description === "string" && schema.description.trim() !== "") {
    parts.push(schema.description.trim().replace(/([^.!?])$/, "$1."));
  }
  const limits = limitWords(schema);
  if (limits !== "") parts.push(limits);
  if (input === "integer" && limits === "") parts.push("A whole number.");
  if (input === "json") {
    const type = typeOf(schema);
    const example = { array: ', such as ["a", "b"]', object: ', such as {"name": "value"}' }[type];
    parts.push(`As JSON${example ?? ""}.`);
  }
  return parts.join(" ");
}

function limitWords({ minimum, maximum }) {
  const low = Number.isFinite(minimum);
  const high = Number.isFinite(maximum);
  if (low && high) return `From ${minimum} to ${maximum}.`;
  if (low) return `${minimum} or more.`;
  return high ? `${maximum} or less.` : "";
}

// `typed` maps keys to texts. Returns {data, errors: Map of key to words}.
// Empty fields are left out: the executor's default holds.
export function readForm(form, typed) {
  const errors = new Map();
  const data = {};
  for (const field of form.fields) {
    const raw = typed.get(field.key) ?? "";
    if (raw.trim() === "") {
      if (field.required) errors.set(field.key, `${field.label} is required.`);
      continue;
    }
    const read = readField(field, raw);
    if (read.error) errors.set(field.key, read.error);
    else defineOwn(data, field.key, read.value);
  }
  if (form.kind === "value") {
    return { data: Object.hasOwn(data, "data") ? data.data : undefined, errors };
  }
  return { data, errors };
}

// A plain assignment to a key called __proto__ would not make a property.
function defineOwn(object, key, value) {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function readField(field, raw) {
  switch (field.input) {
    case "choice": {
      const choice = field.choices[Number(raw)];
      return choice
        ? { value: choice.value }
        : { error: `${field.label}: choose one of the list.` };
    }
    case "number":
    case "integer":
      return readNumber(field, raw.trim());
    case "text":
      return readText(field, raw);
    default:
      return readJson(field, raw);
  }
}

function readNumber({ label, input, schema }, raw) {
  const value = Number(raw);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw) || !Number.isFinite(value)) {
    return { error: `${label} must be a number.` };
  }
  if (input === "integer" && !Number.isSafeInteger(value)) {
    return { error: `${label} must be a whole number.` };
  }
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (Number.isFinite(minimum) && value < minimum) {
    return { error: `${label} must be ${minimum} or more.` };
  }
  if (Number.isFinite(maximum) && value > maximum) {
    return { error: `${label} must be ${maximum} or less.` };
  }
  if (Number.isFinite(exclusiveMinimum) && value <= exclusiveMinimum) {
    return { error: `${label} must be more than ${exclusiveMinimum}.` };
  }
  if (Number.isFinite(exclusiveMaximum) && value >= exclusiveMaximum) {
    return { error: `${label} must be less than ${exclusiveMaximum}.` };
  }
  return { value };
}

function readText({ label, schema }, raw) {
  const length = [...raw].length;
  if (Number.isInteger(schema.minLength) && length < schema.minLength) {
    return { error: `${label} must have ${schema.minLength} characters or more.` };
  }
  if (Number.isInteger(schema.maxLength) && length > schema.maxLength) {
    return { error: `${label} must have ${schema.maxLength} characters or fewer.` };
  }
  // A pattern is left to the executor: one from the wire could keep this thread busy for minutes.
  return { value: raw };
}

function readJson({ label, schema }, raw) {
  let value;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    return { error: `${label} is not JSON: ${error.message}` };
  }
  const type = typeOf(schema);
  if (type === "array" && !Array.isArray(value)) {
    return { error: `${label} must be a list, in square brackets.` };
  }
  if (type === "object" && !isObject(value)) {
    return { error: `${label} must be an object, in curly brackets.` };
  }
  return { value };
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const acceptsNull = ({ type }) => type === "null" || (Array.isArray(type) && type.includes("null"));

// One type, or nothing where several are allowed. A "null" beside it only says that it is optional.
function typeOf({ type }) {
  if (typeof type === "string") return type;
  if (!Array.isArray(type)) return undefined;
  const rest = type.filter((one) => one !== "null");
  return rest.length === 1 ? rest[0] : undefined;
}
