// Pressing actions as a scene does, and what came of it.

import { scene } from "./pins.mjs";
import { until } from "./wait.mjs";

// Presses an action with the pins in `set`, the others unset. Throws unless gantry did it.
export async function does(stage, path, action, set) {
  const answer = await tries(stage, path, action, set);
  if (!answer.ok) throw new Error(`refused: ${answer.words}`);
  return answer;
}

// Throws unless gantry refuses it; returns why it does.
export async function refuses(stage, path, action, set) {
  const answer = await tries(stage, path, action, set);
  if (answer.ok) throw new Error(`was done: ${answer.words}`);
  return answer.words;
}

export function tries(stage, path, action, set) {
  return stage.press(path, action, scene(stage.schema(path, action), set));
}

// Until the container is in that state, as gantry tells.
export function state(stage, path, wanted) {
  const told = () => stage.value(path, "state")?.status;
  return until(`${path} is ${wanted}`, () => told() === wanted);
}

// The data of the next pulse of `emitter` behind those that there are while `press` runs.
export async function next(stage, path, emitter, press) {
  const before = stage.pulses(path, emitter).length;
  await press();
  await until(`a pulse ${emitter} of ${path}`, () => stage.pulses(path, emitter).length > before);
  return stage.pulses(path, emitter)[before].data;
}
