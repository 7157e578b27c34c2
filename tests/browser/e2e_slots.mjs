// A slot is run from the page, a job that keeps failing raises an alert; and a picture of both.

import { join } from "node:path";
import { desktop } from "./browser.mjs";
import { actionOf, expect, linesOf, press, select, targetOf, until } from "./e2e_tools.mjs";

const slotId = ":slot/greet";

export async function checkSlots({ page, pictures, check }) {
  const slot = page.locator(`[data-target-id$="${slotId}"]`);
  const lines = page.locator(`#pulses [data-emitter-id$="${slotId}:output"]`);

  await check("a slot is run with its data, and what it prints appears", async () => {
    await slot.click();
    await page.locator(`[data-action-id$="${slotId}:run"]`).waitFor();
    const form = page.locator(`form:has([data-action-id$="${slotId}:run"])`);
    await form.locator(`input[name="name"]`).fill("Ada");
    const words = await press(page, "run", "name: Ada");
    await lines.getByText("Ada").first().waitFor();
    return words;
  });

  await check("a job that keeps failing raises an alert", async () => {
    await select(page, "job");
    const alert = targetOf(page, "job").locator(".alert");
    const ends = linesOf(page, "job", "finish");
    for (let tries = 0; tries < 4 && !(await alert.isVisible()); tries += 1) {
      const before = await ends.count();
      await actionOf(page, "run").click();
      await until("its end", async () => (await ends.count()) > before);
      await new Promise((go) => setTimeout(go, 500));
    }
    await alert.getByText("crash-loop").waitFor();
    await page.locator("#alerts").getByRole("button").waitFor();
    await page.locator("#target-alert").getByText("crash-loop").waitFor();
    return (await alert.textContent()).trim();
  });

  await check("a picture: output, an alert and a slot", async () => {
    await page.setViewportSize(desktop);
    await slot.click();
    await page.locator("label[for=scope-all]").click();
    await lines.first().waitFor();
    await until("the buttons of the slot", () =>
      page.locator(`[data-action-id$="${slotId}:run"]`).isVisible(),
    );
    expect(await targetOf(page, "job").locator(".alert").isVisible(), "the alert is gone");
    await page.screenshot({ path: join(pictures, "slot-and-alert.png") });
    await page.locator("label[for=scope-selected]").click();
    return "slot-and-alert.png";
  });
}
