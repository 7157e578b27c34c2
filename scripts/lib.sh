# shellcheck shell=bash
# What the scripts share; to be sourced after `set -euo pipefail`. It sets `root` (the checkout).

# shellcheck disable=SC2034 # used by the scripts
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# shown_address ADDRESS: it may hold a token behind the ?, and a password before the @.
shown_address() {
  local address=${1%%\?*}
  if [[ ${1#"$address"} == *@* ]]; then address=...; fi
  printf '%s\n' "${address##*@}"
}

# Prints the comment at the top of the calling script: its help.
help_text() {
  sed -n '2,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$0"
}

# The release of clang-format and clang-tidy by whose rules the source is laid out and looked at:
# that of Debian 12. Others lay out otherwise, and find other things.
clang_release=14
# is_clang_release PROGRAM: is this one of it?
is_clang_release() { "$1" --version | grep -q "version $clang_release\."; }

# wait_for SECONDS COMMAND...: runs the command until it succeeds; fails when the time is over.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= end)); then return 1; fi
    sleep 0.1
  done
}

# The docker client without what the environment may say of contexts and TLS, and never hanging.
# For a local socket only: TLS settings of the user belong to the user's own engine.
docker_at() {
  local host=$1
  shift
  env -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY -u DOCKER_TLS -u DOCKER_CERT_PATH \
    timeout --kill-after=5 60 docker --host "$host" "$@"
}

engine_answers() {
  timeout 5 env -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY -u DOCKER_TLS -u DOCKER_CERT_PATH \
    docker --host "$1" version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# build_quietly PRESET [TARGET...]: as scripts/build, saying something only about warnings and
# errors.
build_quietly() {
  local log=$root/build/$1-build.log begin=$SECONDS
  mkdir -p "$root/build"
  say "building the preset $1"
  if ! "$root/scripts/build" "$@" >"$log" 2>&1; then
    grep -E -A 12 'FAILED|error' "$log" | tail -n 80 >&2 || tail -n 80 "$log" >&2
    die "the build failed; all that it said is in $log"
  fi
  say "built in $((SECONDS - begin)) s"
}

# fetch_npm_packages FOLDER: those of its package.json, into a folder that git ignores.
fetch_npm_packages() {
  local folder=$root/$1 log=$root/build/npm.log
  if [[ $folder/node_modules/.package-lock.json -nt $folder/package.json ]]; then return 0; fi
  say "fetching the npm packages of $1"
  if ! timeout 300 npm install --prefix "$folder" --no-audit --no-fund --no-package-lock \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    die "npm install failed in $1"
  fi
}

# The image for tests and demo containers: busybox and links for its applets. No registry is asked.
test_image=gantry-test
test_image_edition=2 # the next one when what is in it changes: an engine keeps what it has
have_test_image() {
  local edition
  edition=$("$@" image inspect --format '{{index .Config.Labels "edition"}}' "$test_image" \
    2>/dev/null) && [[ $edition == "$test_image_edition" ]]
}

# make_test_image DOCKER...: makes it on the engine of that docker command, unless it is there.
make_test_image() {
  if have_test_image "$@"; then return 0; fi
  local busybox
  busybox=$(command -v busybox) || die "busybox is missing: run scripts/setup first"
  if ldd "$busybox" >/dev/null 2>&1; then
    die "$busybox needs shared libraries: install busybox-static (scripts/setup does)"
  fi
  local tree status=0
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,dev,etc,proc,root,sys,tmp}
  cp "$busybox" "$tree/bin/busybox"
  local applet
  for applet in $("$busybox" --list); do
    [[ $applet == busybox ]] || ln -s busybox "$tree/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
  echo 'root:x:0:' >"$tree/etc/group"
  # mktemp's folder is its owner's alone. Podman takes that over, and a user in the container who is
  # not root could then run nothing.
  chmod 755 "$tree"
  chmod 1777 "$tree/tmp"
  tar -C "$tree" --owner=0 --group=0 -c . |
    "$@" import --change 'CMD ["sh"]' --change "LABEL edition=$test_image_edition" - \
      "$test_image" >/dev/null || status=$?
  rm -rf "$tree"
  ((status == 0)) || die "the engine did not take the image $test_image"
}

# The files of the project, from its root: those that git knows or would take, or, without git,
# all that are neither built nor fetched.
project_files() {
  local file
  { git -C "$root" ls-files -co --exclude-standard 2>/dev/null ||
    (cd "$root" && find . -type f -not -path './build/*' -not -path '*/node_modules/*' \
      -not -path './.git/*' -printf '%P\n'); } |
    LC_ALL=C sort -u | while read -r file; do
    if [[ -f $root/$file ]]; then echo "$file"; fi
  done
}
