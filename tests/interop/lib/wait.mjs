// Waiting for something to become true, always with a deadline.

// ms; ends what hangs, on however slow a machine. A promise with a time of its own says it.
export const patience = 30_000;

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

// Asks until the answer is truthy, and returns it. Throws, with `words`, after `deadline` ms.
export async function until(words, condition, deadline = patience) {
  const end = performance.now() + deadline;
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`not within ${deadline / 1000} s: ${words}`);
    await pause(15);
  }
}

// As `until`, but tells by its answer whether it became true.
export async function comes(condition, deadline) {
  try {
    return await until("", condition, deadline);
  } catch {
    return undefined;
  }
}

// Watches for `ms` that something stays as it is; throws, with `words`, once it does not.
export async function stays(words, condition, ms) {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if (!(await condition())) throw new Error(`did not stay so for ${ms} ms: ${words}`);
    await pause(15);
  }
}

// For a length of time that a scenario is about, such as how long a core stands still.
export const lasting = pause;

// A promise that fails when it takes longer.
export function within(words, ms, promise) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not within ${ms / 1000} s: ${words}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export function expect(condition, words) {
  if (!condition) throw new Error(words);
}
