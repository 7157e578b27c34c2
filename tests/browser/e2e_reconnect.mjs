// The connection is cut between the page and the core, for a while.

import { expect, linesOf, patience, select, targetOf, until } from "./e2e_tools.mjs";

export async function checkReconnect({ context, url, check }) {
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const routes = [];
  let down = false;
  await page.routeWebSocket(/\/myko$/, (route) => {
    if (down) {
      route.close({ code: 1001 });
      return;
    }
    route.connectToServer();
    routes.push(route);
  });
  const phase = (is) => page.locator(`#connection[data-phase=${is}]`).waitFor();

  await check("a lost connection is told, and what is shown is marked as old", async () => {
    await page.goto(url);
    await phase("connected");
    await select(page, "clock");
    down = true;
    for (const route of routes) route.close({ code: 1001 });
    await phase("lost");
    await until("a countdown", async () =>
      /lost.*retrying in \d s/.test(await page.locator("#connection").textContent()),
    );
    await page.locator("#stale").waitFor();
    expect(await targetOf(page, "clock").isVisible(), "what was known is gone");
    const why = page.locator("#target-why");
    await until("why nothing can be pressed", async () =>
      (await why.textContent()).includes("Not connected"),
    );
    return page.locator("#connection").textContent();
  });

  await check("it comes back by itself, within the longest wait", async () => {
    down = false;
    const begun = performance.now();
    await phase("connected");
    const took = performance.now() - begun;
    expect(took < 4000, `it took ${Math.round(took)} ms`);
    await page.locator("#stale").waitFor({ state: "hidden" });
    const before = await linesOf(page, "clock", "output").count();
    await until(
      "lines again",
      async () => (await linesOf(page, "clock", "output").count()) > before,
    );
    await until(
      "buttons again",
      async () => (await page.locator("#target-why").isVisible()) === false,
    );
  });
  await page.close();
}
