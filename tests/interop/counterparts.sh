# shellcheck shell=bash
# Builds the counterparts of the scenarios in the user's cache folder; to be sourced after
# scripts/lib.sh. For each, by name X: INTEROP_X is its path, or INTEROP_X_MISSING says why it is
# not there. Only a build that fails for another reason than those of a machine is an error.

interop=${root:?}/tests/interop
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gantry/interop
rust_sdk=4.0.0-canary.148
build_seconds_max=1200
fetch_seconds_max=300
PATH=$PATH:$HOME/.cargo/bin # where rustup puts it

# found NAME PATH, missing NAME REASON...
found() { export "INTEROP_$1=$2"; }
missing() {
  local name=$1
  shift
  export "INTEROP_${name}_MISSING=$*"
  say "without ${name,,}: $*"
}

# A short word for what goes in: files by their content, and words.
key_of() {
  local each
  for each in "$@"; do
    if [[ -f $each ]]; then cat "$each"; else echo "$each"; fi
  done | sha256sum | cut -c 1-16
}

# Why no crate of the edition 2024 can be built here; nothing: it can.
why_no_cargo() {
  local version
  if ! version=$(cargo --version 2>/dev/null); then
    echo "cargo is missing: Rust 1.85 or newer is needed (Debian 12's own is older)"
    return
  fi
  version=$(cut -d ' ' -f 2 <<<"$version")
  if [[ $(printf '%s\n' 1.85 "$version" | sort -V | head -n 1) != 1.85 ]]; then
    echo "cargo is $version: Rust 1.85 or newer is needed"
  fi
}

# One build at a time, of whatever checkout; those of the machine that are tests go first.
cargo_here() {
  local seconds=$1
  shift
  timeout --kill-after=10 "$seconds" nice flock "$cache/lock" cargo "$@" </dev/null
}

# build_crates NAME LOG CARGO-ARGUMENT...: fails, with the reason told, where the crates cannot be
# fetched or the time is over. What was built by then is kept.
build_crates() {
  local name=$1 log=$2 status=0
  shift 2
  say "building ${name,,} in $cache: ten minutes the first time"
  CARGO_PROFILE_DEV_DEBUG=0 cargo_here "$build_seconds_max" "$@" >"$log" 2>&1 || status=$?
  if ((status == 0)); then return 0; fi
  if ((status == 124 || status == 137)); then
    missing "$name" "its build took more than $((build_seconds_max / 60)) minutes; the next goes on"
  elif grep -qE 'failed to (download|fetch|get|query)|download of|Could not resolve' "$log"; then
    missing "$name" "its crates cannot be fetched: $(grep -m 1 ^error "$log" || tail -n 1 "$log")"
  else
    tail -n 40 "$log" >&2
    die "${name,,} could not be built; all that cargo said is in $log"
  fi
  return 1
}

# The real server and entities with our few lines. Cargo knows what it has built by the path of the
# sources, so they are copied to one place; the lock file stays there. Crates of one version that
# the SDK needs, too, are built once.
find_core() {
  local why key program
  why=$(why_no_cargo)
  if [[ -n $why ]]; then
    missing CORE "$why"
    return
  fi
  key=$(key_of "$interop/core/Cargo.toml" "$interop/core/src/main.rs" "$(rustc --version)")
  program=$cache/real-core-$key
  if [[ ! -x $program ]]; then
    local file source=$cache/src/core
    for file in Cargo.toml src/main.rs; do
      mkdir -p "$(dirname "$source/$file")"
      cmp -s "$interop/core/$file" "$source/$file" || cp "$interop/core/$file" "$source/$file"
    done
    build_crates CORE "$cache/core.log" build --manifest-path "$source/Cargo.toml" \
      --target-dir "$cache/real-core-target" || return 0
    rm -f "$cache"/real-core-????????????????  # of other sources; 300 MB each
    install --strip "$cache/real-core-target/debug/real-core" "$program"
  fi
  found CORE "$program"
}

# The Rust SDK's own example. `when` is all, or quick: then only one that was built before.
find_hello() {
  local when=$1 why place
  why=$(why_no_cargo)
  if [[ -n $why ]]; then
    missing HELLO "$why"
    return
  fi
  place=$cache/rust-sdk-$(key_of "$rust_sdk" "$(rustc --version)")
  if [[ ! -x $place/bin/hello_rship ]]; then
    if [[ $when == quick ]]; then
      missing HELLO "it is not built yet, which takes ten minutes: scripts/interop builds it"
      return
    fi
    build_crates HELLO "$cache/hello.log" install --locked --debug --example hello_rship \
      --root "$place" --target-dir "$cache/real-core-target" "rship-sdk@$rust_sdk" || return 0
  fi
  found HELLO "$place/bin/hello_rship"
}

# A Python of its own: beside the SDK its package brings an `asyncio` that must not come first.
find_python() {
  local place log=$cache/python.log
  place=$cache/python-$(key_of "$interop/sdk/requirements.txt" "$(python3 --version)")
  if [[ ! -e $place/complete ]]; then
    rm -rf "$place"
    if ! { python3 -m venv "$place" &&
      timeout "$fetch_seconds_max" "$place/bin/pip" install --no-input --quiet \
        --requirement "$interop/sdk/requirements.txt"; } >"$log" 2>&1 </dev/null; then
      missing PYTHON "the Python SDK cannot be fetched: $(tail -n 1 "$log")"
      return
    fi
    touch "$place/complete"
  fi
  found PYTHON "$place/bin/python"
}

find_browser() {
  if command -v chromium >/dev/null; then
    found BROWSER "$(command -v chromium)"
  else
    missing BROWSER "chromium is missing: run scripts/setup"
  fi
}

# find_counterparts quick|all
find_counterparts() {
  mkdir -p "$cache"
  find_core
  find_hello "$1"
  find_python
  find_browser
}
