// From pulses to the lines that are shown: splits, names, and notes of what is missing. No DOM.
//
// `seq` is the number of the first line in a pulse and `count` how many it holds, so the next pulse
// of that emitter starts at seq + count. Pulses may come twice (delivery is at least once), and the
// last one of each emitter comes again with every connection. A pulse is known again by its hash;
// today's core keeps none, and tells of no value that is as it was: there by its value.

import { compact, count, seconds, timeOf, visible } from "./words.js";

export const lineCharsMax = 4000;

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

export class LineReader {
  #seen = new Map(); // emitter id -> {hash, next, time}

  // Returns lines: {emitterId, targetId, emitter, kind, stream, text, time, cut}. kind is "line"
  // (printed by the container), "event" (another emitter) or "note" (from ourselves).
  read(pulse, { targetId, emitter, now }) {
    const emitterId = typeof pulse.emitterId === "string" ? pulse.emitterId : pulse.id;
    const data = pulse.data;
    const time = timeOfPulse(pulse) ?? now;
    const base = { emitterId, targetId, emitter, stream: "", time, cut: 0 };

    const last = this.#seen.get(emitterId);
    const hash = typeof pulse.hash === "string" ? pulse.hash : fingerprint(data);
    if (last && hash !== "" && last.hash === hash) return [];

    if (isNoAlert(data)) {
      this.#seen.set(emitterId, { ...last, hash });
      return [];
    }
    if (data?.suppressed !== undefined && typeof data.reason === "string") {
      const next = isCount(data.to) ? data.to + 1 : last?.next;
      this.#seen.set(emitterId, { hash, next, time });
      return [{ ...base, kind: "note", text: wordsOfNotice(data) }];
    }
    if (typeof data?.text !== "string" || !isCount(data.seq)) {
      this.#seen.set(emitterId, { ...last, hash });
      return [eventLine(base, data)];
    }
    const texts = data.count === 1 ? [data.text] : data.text.split("\n");
    const lines = isCount(data.count) && data.count > 0 ? data.count : texts.length;
    const place = placeOf(last, data.seq, lines, time);
    if (place.duplicate) return [];
    this.#seen.set(emitterId, { hash, next: data.seq + lines, time });

    const stream = typeof data.stream === "string" ? data.stream : "";
    const notes = place.note === "" ? [] : [{ ...base, kind: "note", text: place.note }];
    const printed = texts.slice(place.skip).map((text) => printedLine(base, stream, text));
    if (data.truncated && printed.length > 0) printed[printed.length - 1].truncated = true;
    return notes.concat(printed);
  }
}

// Lines have their numbers, so that equal ones are told apart: theirs is empty.
function fingerprint(data) {
  if (isCount(data?.seq) && typeof data.text === "string") return "";
  const text = JSON.stringify(data) ?? "";
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return text === "" ? "" : `${text.length}:${sum}`;
}

// The executor had to drop some, and says so in their place.
function wordsOfNotice({ suppressed, reason }) {
  const many = isCount(suppressed);
  const what = many ? `${count(suppressed, "line")} dropped` : "lines may be missing";
  return `${what}: ${visible(reason)}`;
}

// Where a pulse stands in its emitter's numbering.
function placeOf(last, seq, lines, time) {
  const place = { duplicate: false, skip: 0, note: "" };
  if (last?.next === undefined || seq === last.next) return place;
  if (seq > last.next) {
    place.note = `${count(seq - last.next, "line")} missing`;
  } else if (time > last.time) {
    // Older numbers on newer lines: the executor has begun again, as after its data was deleted.
    place.note = "the numbering of lines began again";
  } else if (seq + lines <= last.next) {
    place.duplicate = true;
  } else {
    place.skip = last.next - seq;
  }
  return place;
}

function printedLine(base, stream, raw) {
  return { ...base, kind: "line", stream, ...bounded(visible(raw)) };
}

function bounded(text) {
  if (text.length <= lineCharsMax) return { text, cut: 0 };
  // Through JSON: a plain slice would keep the whole text alive behind it.
  const kept = JSON.parse(JSON.stringify(text.slice(0, lineCharsMax)));
  return { text: kept, cut: text.length - lineCharsMax };
}

function eventLine(base, data) {
  const words = typeof data?.text === "string" ? visible(data.text) : wordsOfEvent(data);
  return { ...base, kind: "event", ...bounded(words) };
}

// What is empty says nothing, the time is shown beside it, and a container's id is nobody's news.
const silent = ["seq", "time", "timestamp", "containerId", "startedAt", "finishedAt"];

export function wordsOfEvent(data) {
  if (data === null || data === undefined) return "";
  if (typeof data !== "object" || Array.isArray(data)) return compact(data);
  if (Array.isArray(data.all) && typeof data.active === "boolean") return wordsOfAlert(data);
  const shown = { ...data };
  if (data.exitCode === null) shown.exitCode = "unknown";
  for (const [key, value] of Object.entries(shown)) {
    if (value === null || value === "" || silent.includes(key)) delete shown[key];
  }
  const ran = timeOf(data.finishedAt) - timeOf(data.startedAt);
  const took = timeOf(data.startedAt) !== null && ran >= 0 ? `after ${seconds(ran)}` : "";
  return [compact(shown), took].filter((part) => part !== "").join(", ");
}

// What the emitter `alerts` says of a target with which nothing was ever wrong: no news.
const isNoAlert = (data) => data?.code === "" && data.active === false && Array.isArray(data.all);

// A change of what is wrong with a target; what else is wrong stands beside the target.
function wordsOfAlert({ code, message, active, all }) {
  if (typeof code !== "string" || code === "") {
    return all.length === 0 ? "nothing is wrong" : count(all.length, "alert");
  }
  if (!active) return `${visible(code)} is over`;
  const words = [code, message].filter((one) => typeof one === "string" && one !== "");
  return words.map((one) => visible(one)).join(": ");
}

// When a pulse's event took place, as far as it says.
export function timeOfPulse({ data, timestamp }) {
  return (
    timeOf(data?.time) ?? timeOf(data?.finishedAt) ?? timeOf(data?.startedAt) ?? timeOf(timestamp)
  );
}
