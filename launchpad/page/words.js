// Turns values from the wire into short plain words. No DOM.

const numberFormat = new Intl.NumberFormat("en");

export function count(number, singular, plural = `${singular}s`) {
  return `${numberFormat.format(number)} ${number === 1 ? singular : plural}`;
}

export const thousands = (number) => numberFormat.format(number);

// exitCode and exit_code are both "exit code" to a reader.
export function keyWords(key) {
  return String(key)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .toLowerCase()
    .trim();
}

function short(text, limit) {
  return text.length > limit ? `${text.slice(0, limit)} …` : text;
}

// Any JSON value on one line: "exit code: 3, reason: killed". Bounded in length, depth and width.
export function compact(value, { skip = [], limit = 400, depth = 3 } = {}) {
  return short(compactAt(value, skip, depth), limit);
}

function compactAt(value, skip, depth) {
  if (value === null || value === undefined) return "none";
  if (value === true) return "yes";
  if (value === false) return "no";
  if (typeof value === "string") return visible(short(value, 400));
  if (typeof value !== "object") return String(value);
  if (depth <= 0) return "…";
  if (Array.isArray(value)) {
    if (value.length === 0) return "none";
    const shown = value.slice(0, 8).map((one) => nested(one, depth));
    if (value.length > 8) shown.push(`${value.length - 8} more`);
    return shown.join(", ");
  }
  const pairs = Object.entries(value).filter(([key]) => !skip.includes(key));
  const shown = pairs
    .slice(0, 16)
    .map(([key, one]) => `${visible(keyWords(key))}: ${nested(one, depth)}`);
  if (pairs.length > 16) shown.push(`${pairs.length - 16} more`);
  return shown.join(", ");
}

function nested(value, depth) {
  const words = compactAt(value, [], depth - 1);
  return value !== null && typeof value === "object" ? `(${words})` : words;
}

// What an executor answered; empty where it says only that it was done.
export function answerWords(response) {
  if (response === null || response === undefined || response === true) return "";
  return compact(response);
}

export function seconds(ms) {
  if (!Number.isFinite(ms) || ms < 0) return "";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

const pad = (number, width = 2) => String(number).padStart(width, "0");

// Written by hand: Intl is too slow for thousands of lines a second.
export function clockTime(ms) {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "";
  const hms = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return `${hms}.${pad(date.getMilliseconds(), 3)}`;
}

// ISO text, or milliseconds since 1970; null where it is neither.
export function timeOf(value) {
  const ms = typeof value === "string" ? Date.parse(value) : value;
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? ms : null;
}

// Containers print escape sequences, and characters that reorder or hide what follows. Colours are
// dropped; everything else that cannot be seen is made visible.
const escapes = /\u001b(?:\[[0-9;:?<=>]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g;
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export function visible(text) {
  return text.replace(escapes, "").replace(/\r+$/, "").replace(unseen, picture);
}

function picture(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
