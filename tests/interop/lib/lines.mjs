// Numbered lines that a container printed, and what came of them.

// Prints the numbers from 1 to `count`, then says so.
export const counting = (count) => `seq 1 ${count}`;

// What is wrong with these pulses of an `output` emitter, if each line from 1 to `count` must be
// there once and in order. `repeats`: pulses with a number that was there before, word for word,
// may be among them, as after a lost connection.
export function faults(pulses, count, { repeats = false } = {}) {
  const found = [];
  const seen = new Map(); // seq -> text
  let next = 1;
  for (const { data } of pulses) {
    if (typeof data.suppressed === "number") found.push(`${data.suppressed} were suppressed`);
    if (typeof data.text !== "string") continue;
    if (seen.get(data.seq) === data.text && repeats) continue;
    const wanted = Array.from({ length: data.count }, (_, at) => String(next + at)).join("\n");
    if (data.seq !== next) found.push(`seq ${data.seq} where ${next} was due`);
    else if (data.text !== wanted) found.push(`seq ${data.seq} holds other lines`);
    seen.set(data.seq, data.text);
    next = data.seq + data.count;
  }
  if (next !== count + 1) found.push(`${next - 1} lines of ${count}`);
  return found;
}

// Of the last line in these pulses.
export const lastLine = (pulses) => {
  const { data } = pulses.at(-1) ?? {};
  return data?.text === undefined ? 0 : data.seq + data.count - 1;
};

// The same at some 50 lines a second.
export const trickling = (count) => `for n in $(seq 1 ${count}); do echo $n; sleep 0.02; done`;
