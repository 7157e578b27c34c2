// The colours of the style sheet, as far as they can be checked by arithmetic: WCAG AA in both
// schemes.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

const style = await readFile(new URL("../../launchpad/page/style.css", import.meta.url), "utf8");
const [light, dark] = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) =>
  Object.fromEntries(
    [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  ),
);

// text on ground, as the style sheet pairs them
const texts = [
  ...["text", "quiet", "accent", "good", "warn", "bad"].flatMap((text) => [
    [text, "panel"],
    [text, "raised"],
  ]),
  ...["text", "quiet", "bad"].map((text) => [text, "accent-soft"]),
  ...["text", "quiet", "accent", "bad"].map((text) => [text, "bad-soft"]),
  ...["text", "quiet", "accent", "warn", "bad"].map((text) => [text, "warn-soft"]),
  ["good", "good-soft"],
  ["accent", "accent-soft"],
  ["on-accent", "accent"],
];
const controls = [
  ["edge", "panel"],
  ["accent", "panel"],
  ["accent", "accent-soft"],
  ["bad", "panel"],
];

for (const [scheme, colours] of [
  ["light", light],
  ["dark", dark],
]) {
  test(`${scheme}: texts have 4.5:1, borders of controls and the focus 3:1`, () => {
    const weak = [];
    for (const [pairs, least] of [
      [texts, 4.5],
      [controls, 3],
    ]) {
      for (const [front, back] of pairs) {
        const ratio = contrast(colours[front], colours[back]);
        if (!(ratio >= least)) weak.push(`${front} on ${back}: ${ratio.toFixed(2)}`);
      }
    }
    assert.deepEqual(weak, []);
  });
}

function contrast(a, b) {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
