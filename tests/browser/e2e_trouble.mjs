// An executor in trouble, played by this test: an error, offline targets, refusals, hostile output.

import { expect, until } from "./e2e_tools.mjs";
import { TestExecutor } from "./test_executor.mjs";

const instance = { id: "e2e-host:e2e", name: "e2e executor" };
const target = { id: "e2e:container/hostile", name: "<img src=x onerror=document.title=1>" };
const actions = {
  refuse: { type: "object", properties: {} },
  wait: null,
};

export async function checkTrouble({ page, mykoUrl, check }) {
  const executor = await TestExecutor.connect(mykoUrl);
  executor.onAction = (action) => {
    if (action.id.endsWith(":wait")) return new Promise(() => {});
    throw new Error("the engine said: no such container");
  };
  const emitters = ["output", "alerts"];
  const publish = { ...target, instanceId: instance.id, actions, emitters, rootLevel: true };
  const output = `${target.id}:output`;
  const lines = page.locator(`#pulses [data-emitter-id="${output}"]`);
  const button = (name) => page.locator(`[data-action-id="${target.id}:${name}"]`);

  await check("an executor's error is seen at once", async () => {
    const message = "Cannot reach the engine: permission denied";
    executor.instance({ ...instance, status: "Error", message });
    executor.target(publish);
    const item = page.locator(`#instances > [data-instance-id="${instance.id}"]`);
    await item.getByText(message).waitFor();
    expect((await item.getAttribute("data-urgent")) === "yes", "it does not stand out");
    expect(await item.isVisible(), "it is not visible");
    const first = await page.locator("#instances > li").first().getAttribute("data-urgent");
    expect(first === "yes", "what is urgent does not come first");
  });

  await check("names and output are shown as text, never as markup", async () => {
    await page.locator(`[data-target-id="${target.id}"]`).click();
    executor.print(
      output,
      "<img src=x onerror=\"document.title='broken'\"><script>alert(1)</script>",
    );
    executor.print(output, "\u001b[31mred\u001b[0m \u202etxt.exe");
    await lines.nth(1).waitFor();
    expect(
      (await lines.first().textContent()).includes("<script>alert(1)</script>"),
      "not as it was printed",
    );
    expect((await lines.nth(1).textContent()).includes("red <U+202E>txt.exe"), "hidden characters");
    expect((await page.locator("#pulses img, #pulses script, #tree img").count()) === 0, "markup");
    expect(!(await page.title()).includes("broken"), "a script of a container ran");
  });

  await check("missing lines are noted", async () => {
    executor.print(output, "after a gap", { skip: 12 });
    await page.locator("#pulses .note").getByText("12 lines missing").waitFor();
  });

  await check("a line that is sent twice is shown once, equal lines are both shown", async () => {
    executor.print(output, "the same");
    executor.print(output, "the same");
    executor.print(output, "end of the same");
    await lines.getByText("end of the same").waitFor();
    const same = await lines.getByText("the same", { exact: true }).count();
    expect(same === 2, `it is shown ${same} times`);
  });

  await check("a refusal is told in the executor's words", async () => {
    await button("refuse").click();
    const result = page.locator(`form:has([data-action-id="${target.id}:refuse"]) .result`);
    const words = "no such container";
    await until(words, async () => (await result.textContent()).includes(words));
    await page.locator("#answers > li[data-phase=refused]").getByText(words).waitFor();
    return result.textContent();
  });

  await check("while an answer is awaited the button waits as well", async () => {
    await button("wait").click();
    const waiting = page.locator("#answers > li[data-phase=waiting]");
    await waiting.waitFor();
    expect(
      (await button("wait").getAttribute("aria-disabled")) === "true",
      "it can be pressed again",
    );
    // The page's own patience ends, or the core's does.
    const ended = page.locator("#answers > li").first();
    await until("words for the silence", async () =>
      ["silent", "refused"].includes(await ended.getAttribute("data-phase")),
    );
    expect((await button("wait").getAttribute("aria-disabled")) === null, "it stays blocked");
  });

  await check("actions of an offline target are disabled, with the reason", async () => {
    executor.status({ targetId: target.id, instanceId: instance.id, status: "offline" });
    await until(
      "disabled",
      async () => (await button("refuse").getAttribute("aria-disabled")) === "true",
    );
    const why = await page.locator("#target-why").textContent();
    expect(why.includes("offline"), why);
    const before = await page.locator("#answers > li").count();
    await button("refuse").focus();
    await page.keyboard.press("Enter");
    executor.status({ targetId: target.id, instanceId: instance.id, status: "online" });
    await until(
      "enabled",
      async () => (await button("refuse").getAttribute("aria-disabled")) === null,
    );
    expect((await page.locator("#answers > li").count()) === before, "it was sent all the same");
    return why;
  });

  await check("an alert is seen at its target and in the header, until it is over", async () => {
    const at = { targetId: target.id, instanceId: instance.id };
    const words = "It keeps ending <b>soon</b> after it starts";
    const row = page.locator(`#tree [data-target-id="${target.id}"] .alert`);
    const header = page.locator("#alerts");
    expect(!(await row.isVisible()), "an alert without a reason");
    executor.alert({ ...at, code: "crash-loop", message: words });
    await row.getByText(words).waitFor();
    await row.getByText("crash-loop").waitFor();
    expect((await row.locator(".badge").getAttribute("data-tone")) === "bad", "its tone");
    const more = page.locator("#target-alert").getByText(words);
    await more.waitFor();
    await header.getByRole("button", { name: "1 alert" }).click();
    executor.alert({ ...at, level: "warn", code: "unhealthy", message: "It is ill." });
    await row.getByText("It is ill.").waitFor();
    expect((await row.locator(".badge").getAttribute("data-tone")) === "warn", "its tone changed");
    executor.noAlert(at);
    await row.waitFor({ state: "hidden" });
    await header.waitFor({ state: "hidden" });
    await page.locator("#target-alert").waitFor({ state: "hidden" });
  });

  await check("what is deleted goes away", async () => {
    executor.retract({ instance, target, actions: Object.keys(actions), emitters });
    await page.locator(`[data-target-id="${target.id}"]`).waitFor({ state: "detached" });
    await page.locator(`[data-instance-id="${instance.id}"]`).waitFor({ state: "detached" });
  });
  executor.close();
}
