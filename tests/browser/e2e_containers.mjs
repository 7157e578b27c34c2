// The demo containers: seen, stopped, started, and what they print.

import {
  actionOf,
  expect,
  linesOf,
  open,
  press,
  select,
  stateOf,
  targetOf,
  until,
} from "./e2e_tools.mjs";

export async function checkContainers({ page, url, generation, check }) {
  await check("the page connects and says so in words", async () => {
    await open(page, url);
    const words = await page.locator("#connection").textContent();
    const { host } = new URL(url);
    expect(words.startsWith(`Connected to ${host}`), words);
    // Today's core tells nobody which client it is.
    if (generation !== "rust") {
      await until("its client id", async () =>
        /as \S{8,}/.test(await page.locator("#connection").textContent()),
      );
    }
    return page.locator("#connection").textContent();
  });

  await check("an executor is shown", async () => {
    await page.locator("#instances > li").first().waitFor();
    return (await page.locator("#instances > li").first().textContent()).trim();
  });

  for (const name of ["clock", "sensor", "job"]) {
    await check(`${name} is shown as online, with its state`, async () => {
      await targetOf(page, name).waitFor();
      const item = targetOf(page, name);
      await until("online", async () => (await item.getAttribute("data-status")) === "online");
      await until("a state", async () => (await stateOf(page, name)) !== "");
      return stateOf(page, name);
    });
  }

  await check("selecting clock shows its actions", async () => {
    await select(page, "clock");
    for (const action of ["run", "stop", "restart"]) await actionOf(page, action).waitFor();
  });

  await check("clock prints, and the end is followed", async () => {
    if ((await stateOf(page, "clock")) !== "running") await press(page, "run", "run on clock");
    await linesOf(page, "clock", "output").nth(2).waitFor();
    await until("the end in sight", () =>
      page.evaluate(() => {
        const box = document.getElementById("pulses-box");
        return box.scrollHeight - box.scrollTop - box.clientHeight < 30;
      }),
    );
  });

  const timeout = () => page.locator(`form:has([data-action-id$=":stop"]) input[name="timeout"]`);

  await check("a bad value is refused with words, and nothing is sent", async () => {
    const before = await page.locator("#answers > li").count();
    const error = page.locator(`form:has([data-action-id$=":stop"]) .field-error`);
    for (const [typed, words] of [
      ["soon", "must be a number"],
      ["-1", "must be 0 or more"],
      ["1.5", "whole"],
    ]) {
      await timeout().fill(typed);
      await actionOf(page, "stop").click();
      await until(words, async () => (await error.textContent()).includes(words), 5000);
      expect((await timeout().getAttribute("aria-invalid")) === "true", "the field is not marked");
    }
    expect((await page.locator("#answers > li").count()) === before, "something was sent");
    return error.textContent();
  });

  await check("stop with a timeout of 1 s is answered", async () => {
    await timeout().fill("1");
    return press(page, "stop", "timeout: 1");
  });

  await check("clock's state changes to exited", async () => {
    await until("exited", async () => (await stateOf(page, "clock")).startsWith("exited"));
    return stateOf(page, "clock");
  });

  await check("run is answered, and new lines appear", async () => {
    const before = await page.locator("#pulses .line").last().textContent();
    const words = await press(page, "run", "run on clock");
    await until("running", async () => (await stateOf(page, "clock")) === "running");
    await until("new lines", () =>
      page.evaluate((old) => {
        const rows = [...document.querySelectorAll("#pulses .line")];
        const from = rows.findIndex((row) => row.textContent === old);
        return (
          rows.slice(from + 1).filter((row) => row.dataset.emitterId?.endsWith(":output")).length >=
          2
        );
      }, before),
    );
    return words;
  });

  await check("sensor's lines are only in its own list and in all", async () => {
    await select(page, "sensor");
    await linesOf(page, "sensor", "output").nth(1).waitFor();
    const others = page.locator(`#pulses [data-emitter-id]:not([data-emitter-id*="/sensor:"])`);
    expect((await others.count()) === 0, "lines of others are shown");
    await page.getByText("All", { exact: true }).click();
    await linesOf(page, "clock", "output").first().waitFor();
    await page.getByText("Selected", { exact: true }).click();
    await until("only its own again", async () => (await others.count()) === 0);
  });

  await check("job prints ten lines, one to stderr, and ends with exit code 3", async () => {
    await select(page, "job");
    await page.locator("#clear").click();
    await until("an empty list", async () => (await page.locator("#pulses .line").count()) === 0);
    await press(page, "run", "run on job");
    const output = linesOf(page, "job", "output");
    await until("eleven lines", async () => (await output.count()) >= 11);
    const error = page.locator(`#pulses [data-emitter-id$="/job:output"][data-stream="stderr"]`);
    await error.first().waitFor();
    expect(
      (await error.first().textContent()).includes("stderr"),
      "stderr is told by colour alone",
    );
    const finish = linesOf(page, "job", "finish").last();
    await finish.waitFor();
    const words = await finish.textContent();
    expect(/exit code:? 3\b/.test(words), words);
    expect((await output.count()) === 11, `${await output.count()} lines`);
    expect((await error.count()) === 1, `${await error.count()} lines on stderr`);
    await until("exited 3", async () => /exited 3/.test(await stateOf(page, "job")));
    return words.replace(/\s+/g, " ");
  });
}
