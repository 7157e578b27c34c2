// Pictures for people, and what a machine can say of the looks: nothing wider than a phone.

import { join } from "node:path";
import { desktop, phone } from "./browser.mjs";
import { expect, linesOf, open, select } from "./e2e_tools.mjs";

const views = [
  ["desktop-light", desktop, "light"],
  ["desktop-dark", desktop, "dark"],
  ["phone-light", phone, "light"],
  ["phone-dark", phone, "dark"],
];

export async function checkAppearance({ page, url, pictures, check }) {
  for (const [name, viewport, colorScheme] of views) {
    await check(`a picture: ${name}`, async () => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await open(page, url);
      await select(page, "clock");
      await linesOf(page, "clock", "output").nth(2).waitFor();
      await page.screenshot({ path: join(pictures, `${name}.png`) });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width <= viewport.width, `the page is ${width} px wide`);
      if (viewport !== phone) return `${name}.png`;
      for (const part of ["targets", "pulses"]) {
        await page.getByRole("link", { name: part }).click();
        await page.locator(`#${part}-title`).waitFor();
        await page.screenshot({ path: join(pictures, `${name}-${part}.png`) });
      }
      return `${name}.png, -targets, -pulses`;
    });
  }

  await check("motion is left out where it is not wanted", async () => {
    await page.setViewportSize(desktop);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll("*")].some((element) => {
        const style = getComputedStyle(element, element.matches(".twisty") ? "::before" : null);
        return parseFloat(style.transitionDuration) > 0 || parseFloat(style.animationDuration) > 0;
      }),
    );
    expect(!moving, "something moves");
    await page.emulateMedia({ reducedMotion: null });
  });
}
