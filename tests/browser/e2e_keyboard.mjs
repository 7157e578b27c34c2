// Everything by keyboard alone: through the tree, to a button, and pressing it.

import { expect, targetOf, until } from "./e2e_tools.mjs";

export async function checkKeyboard({ page, check }) {
  const focusedTarget = () => page.evaluate(() => document.activeElement?.dataset?.targetId ?? "");
  const ids = () =>
    page.locator("#tree > li").evaluateAll((rows) => rows.map((row) => row.dataset.targetId));

  await check("the tree is one stop for the tabulator, and arrows move in it", async () => {
    const stops = page.locator(`#tree [tabindex="0"]`);
    expect((await stops.count()) === 1, `${await stops.count()} stops`);
    await stops.focus();
    await page.keyboard.press("Home");
    const order = await ids();
    expect((await focusedTarget()) === order[0], "Home does not go to the first row");
    for (const id of order.slice(1)) {
      await page.keyboard.press("ArrowDown");
      expect((await focusedTarget()) === id, `the arrow did not move to ${id}`);
    }
    await page.keyboard.press("ArrowUp");
    expect((await focusedTarget()) === order.at(-2), "the arrow did not move up");
    await page.keyboard.press("End");
    expect((await focusedTarget()) === order.at(-1), "End does not go to the last row");
    return `${order.length} rows`;
  });

  await check("left folds a branch and goes to the parent, right unfolds", async () => {
    await page.keyboard.press("Home");
    const before = await ids();
    await page.keyboard.press("ArrowLeft");
    await until("fewer rows", async () => (await ids()).length < before.length, 5000);
    await page.keyboard.press("ArrowRight");
    await until("all rows", async () => (await ids()).length === before.length, 5000);
    await page.keyboard.press("ArrowRight");
    expect((await focusedTarget()) === before[1], "right does not go to the first child");
    await page.keyboard.press("ArrowLeft");
    if ((await focusedTarget()) !== before[0]) await page.keyboard.press("ArrowLeft");
    expect((await focusedTarget()) === before[0], "left does not go to the parent");
    await page.keyboard.press("ArrowRight");
    await until("all rows again", async () => {
      if ((await ids()).length === before.length) return true;
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowRight");
      return false;
    });
  });

  await check("a letter goes to a name, Enter selects it", async () => {
    await page.keyboard.press("Home");
    for (let tries = 0; tries < 20; tries += 1) {
      await page.keyboard.press("s");
      if ((await focusedTarget()).endsWith("/sensor")) break;
    }
    await page.keyboard.press("Enter");
    await until(
      "selected",
      async () => (await targetOf(page, "sensor").getAttribute("aria-selected")) === "true",
    );
  });

  await check("the focus is visible, and the tabulator reaches the actions", async () => {
    const outline = () =>
      page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      });
    expect(await outline(), "the focused row has no outline");
    for (let tries = 0; tries < 10; tries += 1) {
      await page.keyboard.press("Tab");
      const id = await page.evaluate(() => document.activeElement?.dataset?.actionId ?? "");
      if (id === "") continue;
      expect(await outline(), "the focused button has no outline");
      expect(id.includes("/sensor:"), `the button is ${id}`);
      return id;
    }
    throw new Error("no action within ten steps");
  });

  await check("an action is pressed with Enter, and the focus stays", async () => {
    const before = await page.locator("#answers > li").count();
    const id = await page.evaluate(() => document.activeElement.dataset.actionId);
    await page.keyboard.press("Enter");
    await until("an answer", async () => (await page.locator("#answers > li").count()) > before);
    const answer = page.locator("#answers > li").first();
    await until("its end", async () => (await answer.getAttribute("data-phase")) !== "waiting");
    expect(
      (await page.evaluate(() => document.activeElement?.dataset?.actionId)) === id,
      "the focus moved",
    );
    return (await answer.textContent()).replace(/\s+/g, " ");
  });
}
