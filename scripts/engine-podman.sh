# shellcheck shell=bash disable=SC2034,SC2154 # the variables are shared with scripts/engine
# Podman's part of scripts/engine, to be sourced by it: `podman system service` instead of dockerd.
#
# The machine's own Podman shares nothing with this one. Besides the folders that means the locks,
# which Podman has in shared memory for all of a user unless told to have them in files, and which
# the first Podman after a boot frees all at once.

# Podman's sockets of containers lie deep, and it refuses a long folder for what runs.
run_folder_max=40
socket_name=podman.sock

server_pids() { pids podman "unix://$socket"; }
conmon_pids() { pids conmon "$dir/storage/"; }

write_configuration() {
  local runtime=runc
  command -v runc >/dev/null || runtime=crun
  # static_dir is left where it belongs to graphroot: the process that cleans up after a container
  # is told graphroot alone, and would not find the container elsewhere.
  cat >"$dir/containers.conf" <<END
[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "$runtime"
tmp_dir = "$run/tmp"
volume_path = "$dir/volumes"
[network]
network_config_dir = "$dir/networks"
END
  cat >"$dir/storage.conf" <<END
[storage]
driver = "vfs"
graphroot = "$dir/storage"
runroot = "$run/run"
END
}

start_service() {
  rm -f "$socket"
  # Podman 4.3's conmon leaves a file `oom` where the service was started.
  env -C "$dir" -u XDG_RUNTIME_DIR -u CONTAINER_HOST CONTAINERS_CONF="$dir/containers.conf" \
    CONTAINERS_STORAGE_CONF="$dir/storage.conf" \
    setsid podman system service --time=0 "unix://$socket" </dev/null >>"$dir/log" 2>&1 9>&- &
  server_pid=$!
}

start_engine() {
  local program
  for program in podman conmon docker; do
    command -v "$program" >/dev/null || die "$program is missing: run scripts/setup first"
  done
  find_run_folder make
  if ! answers; then
    if ! none_left server_pids; then
      say "a podman is there but does not answer: it is ended first"
      end_all server_pids 10
    fi
    mkdir -p "$dir" "$run"
    write_configuration
    if [[ $(stat -c %s "$dir/log" 2>/dev/null || echo 0) -gt 10000000 ]]; then rm "$dir/log"; fi
    start_service
    wait_for 30 answers_or_died || give_up "podman does not answer within 30 s"
    answers || give_up "podman does not start"
    if [[ -n ${SUDO_GID-} ]]; then chgrp "$SUDO_GID" "$socket" && chmod 660 "$socket"; fi
  fi
  make_test_image docker_here
}

stop_engine() {
  find_run_folder look
  kill_containers
  end_all server_pids 10
  end_all_shims conmon_pids
  unmount_all
  rm -f "$socket"
  remove_run_folder
}
