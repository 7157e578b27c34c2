// launchpad's page in headless Chromium, as far as pressing one button.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { patience } from "./wait.mjs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
];

// Selects the target, fills the action's fields and presses it; the picture shows what came of it.
export async function pressOnPage(port, { targetId, actionId, fields, picture }) {
  const profile = await mkdtemp(join(tmpdir(), "gantry-interop-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.INTEROP_BROWSER,
    headless: true,
    args: flags,
    viewport: { width: 1440, height: 900 },
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(patience);
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator(`[data-target-id="${targetId}"]`).click();
    const button = page.locator(`[data-action-id="${actionId}"]`);
    const form = page.locator("form").filter({ has: button });
    for (const [name, value] of Object.entries(fields)) {
      await form.locator(`[name="${name}"]`).fill(value);
    }
    await button.click();
    await page.locator("#answers > li").first().waitFor();
    await page.screenshot({ path: picture });
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}
