// 20,000 pulses as fast as the core takes them: the page keeps answering, and keeps its bounds.

import { expect, patience, until } from "./e2e_tools.mjs";
import { TestExecutor } from "./test_executor.mjs";

const pulses = 20_000;
const blockedMax = 1000; // ms; generous, for a busy machine. A freeze is many seconds.
const inputMax = 1000; // ms from a click's own time to the next paint, as the browser measures it
const instance = { id: "flood-host:flood", name: "flood executor" };
const target = { id: "flood:container/flood", name: "flood" };
const output = `${target.id}:output`;

export async function checkFlood({ page, mykoUrl, check }) {
  const executor = await TestExecutor.connect(mykoUrl);
  const publish = { ...target, instanceId: instance.id, emitters: ["output"], rootLevel: true };
  executor.instance(instance);
  executor.target(publish);
  const item = page.locator(`[data-target-id="${target.id}"]`);
  const lastRow = () =>
    page.evaluate(
      () => document.querySelector("#pulses > :last-child > :last-child")?.textContent ?? "",
    );

  await check(`${pulses} pulses do not freeze the page`, async () => {
    await item.click();
    await page.evaluate(watchFrames);
    const sent = flood(executor, 1, pulses);
    await until("the first of the flood", async () => (await lastRow()).includes("flood line"));
    for (const id of ["scope-all", "scope-selected"]) {
      await page.locator(`label[for=${id}]`).click();
      await until("the click's effect", () => page.locator(`#${id}`).isChecked());
    }
    await sent;
    await until(
      "the last of the flood",
      async () => (await lastRow()).includes(`flood line ${pulses}.`),
      3 * patience,
    );
    const { longest, frames, slowest } = await page.evaluate(() => globalThis.watched());
    const measured = `longest frame ${longest} ms of ${frames}, slowest click ${slowest} ms`;
    expect(longest < blockedMax && slowest < inputMax, measured);
    return measured;
  });

  await check("what is kept is bounded, and the page says so", async () => {
    const rows = await page.locator("#pulses .line").count();
    expect(rows <= 5000, `${rows} rows`);
    const words = await page.locator("#pulses-words").textContent();
    expect(/5,000 at most/.test(words) && /older lines dropped/.test(words), words);
    return words;
  });

  await check("it holds still while one reads, and counts what is new", async () => {
    await page.locator("#pulses-box").hover();
    await page.mouse.wheel(0, -2000);
    await until("not at the end", () =>
      page.evaluate(() => {
        const box = document.getElementById("pulses-box");
        return box.scrollHeight - box.scrollTop - box.clientHeight > 500;
      }),
    );
    const top = () => page.evaluate(() => document.getElementById("pulses-box").scrollTop);
    const before = await settled(top);
    await flood(executor, pulses + 1, pulses + 3000);
    const jump = page.locator("#jump");
    await until(
      "3,000 new",
      async () => (await jump.textContent()) === "3,000 new" && jump.isVisible(),
    );
    expect((await top()) === before, "the list moved under the reader");
    await jump.click();
    await until("the end", async () => (await lastRow()).includes(`flood line ${pulses + 3000}.`));
    expect(!(await jump.isVisible()), "the button stays");
  });

  executor.retract({ instance, target, emitters: ["output"] });
  await item.waitFor({ state: "detached" });
  executor.close();
}

async function flood(executor, from, to) {
  for (let number = from; number <= to; number += 1) {
    executor.print(output, `flood line ${number}. ${"lorem ipsum ".repeat(number % 7)}`);
    if (number % 100 === 0) await executor.drained();
  }
}

// Runs in the page. A frame that comes late was blocked for so long.
function watchFrames() {
  let longest = 0;
  let frames = 0;
  let last = performance.now();
  let on = true;
  let slowest = 0;
  const inputs = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) slowest = Math.max(slowest, duration);
  });
  inputs.observe({ type: "event", durationThreshold: 16 });
  const frame = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    frames += 1;
    if (on) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.watched = () => {
    on = false;
    inputs.disconnect();
    return { longest: Math.round(longest), frames, slowest: Math.round(slowest) };
  };
}

// Scrolling may be smooth: wait until two looks give the same.
async function settled(look) {
  let last = null;
  await until("rest", async () => {
    const now = await look();
    const same = now === last;
    last = now;
    return same;
  });
  return last;
}
