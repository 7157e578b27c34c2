// Drives the launchpad's page in Chromium as an operator would, against a running launchpad to
// which a gantry with the demo containers clock, sensor and job is connected.
//
//     LAUNCHPAD_URL=http://127.0.0.1:5155/ SCREENSHOT_DIR=/tmp/pictures node launchpad.e2e.mjs
//
// LAUNCHPAD_GENERATION is the one that it plays (docs, ts, rust; rust unless told): with the others
// there are fewer checks. LAUNCHPAD_SLOTS: that gantry has a slot `greet`, too.
// Prints a line for each check. Exit code 0: all passed; 1: one failed, and a picture of it was
// taken.

import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser } from "./browser.mjs";
import { checkAppearance } from "./e2e_appearance.mjs";
import { checkContainers } from "./e2e_containers.mjs";
import { checkFlood } from "./e2e_flood.mjs";
import { checkKeyboard } from "./e2e_keyboard.mjs";
import { checkReconnect } from "./e2e_reconnect.mjs";
import { checkSlots } from "./e2e_slots.mjs";
import { patience } from "./e2e_tools.mjs";
import { checkTrouble } from "./e2e_trouble.mjs";

const address = process.env.LAUNCHPAD_URL;
if (!address) {
  console.error(
    "LAUNCHPAD_URL is not set: the address of the page, such as http://127.0.0.1:5155/",
  );
  process.exit(1);
}
const url = new URL(address).href;
const mykoUrl = new URL("/myko", url.replace(/^http/, "ws")).href;
const pictures = process.env.SCREENSHOT_DIR ?? join(tmpdir(), "launchpad-pictures");
await mkdir(pictures, { recursive: true });

const browser = await startBrowser();
const page = browser.context.pages()[0] ?? (await browser.context.newPage());
page.setDefaultTimeout(patience);
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
page.on("console", (message) => {
  if (message.type() === "error") faults.push(message.text());
});
page.on("request", (request) => {
  if (new URL(request.url()).host !== new URL(url).host && !request.url().startsWith("data:")) {
    faults.push(`a request to elsewhere: ${request.url()}`);
  }
});

let failed = 0;
async function check(what, run) {
  const begun = performance.now();
  try {
    const detail = await run();
    const took = `${Math.round(performance.now() - begun)} ms`;
    console.log(`ok      ${what}${detail ? `: ${detail}` : ""} (${took})`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${what}: ${error.message.split("\n").slice(0, 6).join(" | ")}`);
    await page.screenshot({ path: join(pictures, `failed-${failed}.png`) }).catch(() => {});
  }
}

const generation = process.env.LAUNCHPAD_GENERATION ?? "rust";
const given = { page, context: browser.context, url, mykoUrl, generation, pictures, check };
await checkContainers(given);
await checkTrouble(given);
if (process.env.LAUNCHPAD_SLOTS) await checkSlots(given);
if (generation === "rust") {
  // The same with each.
  await checkKeyboard(given);
  await checkFlood(given);
  await checkAppearance(given);
  await checkReconnect(given);
}
await check("no error in the page's console, no request to elsewhere", () => {
  if (faults.length > 0) throw new Error(faults.join(" | "));
});
await browser.close();
console.log(failed === 0 ? "all passed" : `${failed} failed; pictures are in ${pictures}`);
process.exit(failed === 0 ? 0 : 1);
