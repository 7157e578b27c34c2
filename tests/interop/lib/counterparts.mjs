// What scripts/interop found or built, and why something is not there. Each is named by two
// variables: INTEROP_X holds the path, INTEROP_X_MISSING the reason.

const needs = {
  real: "CORE", // the real core
  rustSdk: "HELLO", // hello_rship of the Rust SDK
  pythonSdk: "PYTHON", // a python3 that has the Python SDK
  browser: "BROWSER", // a Chromium
};

// Why a scenario that needs this cannot run; nothing: it can.
export function missing(need) {
  const name = `INTEROP_${needs[need]}`;
  if (process.env[name]) return undefined;
  return process.env[`${name}_MISSING`] || `${name} is not set (scripts/interop sets it)`;
}
