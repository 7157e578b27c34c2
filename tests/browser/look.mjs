// Takes pictures of the page in every scenario, to be looked at by a person.
//
//     node look.mjs [FOLDER]

import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { desktop, phone, startBrowser } from "./browser.mjs";
import { startFakeCore } from "./fake_core.mjs";
import { startFakeGantry } from "./fake_gantry.mjs";
import { scenarios } from "./scenarios.mjs";

const folder = process.argv[2] ?? join(tmpdir(), "launchpad-pictures");
await mkdir(folder, { recursive: true });
const { context, close } = await startBrowser();

const all = {
  empty: async () => {},
  demo: (url) => startFakeGantry(url, { step: 100 }),
  ...scenarios,
};
const firstTarget = {
  alerts: "/media-server",
  demo: "/clock",
  error: "/media-server",
  flood: "/chatterbox",
  many: "-29",
};

for (const [name, begin] of Object.entries(all)) {
  const core = await startFakeCore();
  await begin(core.mykoUrl);
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log(`${name}: ${error}`));
  page.on("console", (message) => console.log(`${name}: ${message.text()}`));
  for (const [view, viewport, colorScheme] of [
    ["desktop-light", desktop, "light"],
    ["desktop-dark", desktop, "dark"],
    ["tablet-light", { width: 900, height: 900 }, "light"],
    ["phone-light", phone, "light"],
    ["phone-dark", phone, "dark"],
  ]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.goto(core.url);
    await page.waitForSelector("#connection[data-phase=connected]");
    const target = page.locator(`[data-target-id$="${firstTarget[name] ?? "the-end"}"]`);
    if (name !== "empty") {
      await target.click();
      const stop = page.locator('[data-action-id$=":stop"]');
      if (view !== "phone-light" && (await stop.isEnabled())) await stop.click();
    }
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(folder, `${name}-${view}.png`) });
    if (viewport !== phone) continue;
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(folder, `${name}-${view}-top.png`) });
    await page.evaluate(() => document.getElementById("pulses-part").scrollIntoView());
    await page.screenshot({ path: join(folder, `${name}-${view}-pulses.png`) });
  }
  await page.close();
  await core.stop();
}
await close();
process.exit(0);
