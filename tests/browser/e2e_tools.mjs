// What the browser checks share: where things are on the page, and waiting with a deadline.

export const targetOf = (page, name) => page.locator(`[data-target-id$=":container/${name}"]`);
export const actionOf = (page, name) => page.locator(`[data-action-id$=":${name}"]`);
export const linesOf = (page, name, emitter) =>
  page.locator(`#pulses [data-emitter-id$=":container/${name}:${emitter}"]`);

// ms; ends what hangs, on however slow a machine.
export const patience = 60_000;

export function expect(condition, words) {
  if (!condition) throw new Error(words);
}

// Asks until the answer is true. The condition is asked in Node: it may use locators.
export async function until(words, condition, deadline = patience) {
  const end = performance.now() + deadline;
  for (;;) {
    if (await condition()) return;
    if (performance.now() > end) throw new Error(`not within ${deadline / 1000} s: ${words}`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

export async function open(page, url) {
  await page.goto(url);
  await page.locator("#connection[data-phase=connected]").waitFor();
}

export async function select(page, name) {
  await targetOf(page, name).click();
  await page.locator(`[data-target-id$=":container/${name}"][aria-selected=true]`).waitFor();
  await until(`the actions of ${name}`, async () => {
    const first = page.locator("[data-action-id]").first();
    const id = await first.getAttribute("data-action-id", { timeout: 5000 });
    return id.includes(`:container/${name}:`);
  });
}

// The word of the state badge of a target.
export const stateOf = (page, name) => targetOf(page, name).locator("> .badge").textContent();

// Presses an action of the selected target and waits for its answer. Returns the answer's words.
export async function press(page, action, what) {
  const before = await page.locator("#answers > li").count();
  await actionOf(page, action).click();
  await until(
    "the command in the log",
    async () => (await page.locator("#answers > li").count()) > before,
  );
  const answer = page.locator("#answers > li").first();
  await until("the answer", async () => (await answer.getAttribute("data-phase")) !== "waiting");
  const words = (await answer.textContent()).replace(/\s+/g, " ").trim();
  expect((await answer.getAttribute("data-phase")) === "done", `the answer was: ${words}`);
  // Names of actions are for people: their case may change.
  const told = words.toLowerCase().includes(what.toLowerCase());
  expect(told, `"${what}" is not in the answer's line: ${words}`);
  return words;
}
