# shellcheck shell=bash
# The Docker engine: used when it answers; installed and started where that is possible; stopped again by the
# last instance that used it, if it was us who started it.

ENGINE_START_SECONDS=60
ENGINE_STOP_SECONDS=30

# Parameters, so that a test can start a second engine beside the machine's own.
ENGINE_SOCKET=/var/run/docker.sock
ENGINE_PID_FILE=/var/run/docker.pid
ENGINE_EXEC_ROOT=/var/run/docker
ENGINE_ARGUMENTS=()

# ensure_engine: after it `docker` answers, and DOCKER_HOST is exported where it is not the usual socket.
ensure_engine() {
  follow_docker_context
  if ! engine_answers; then
    [[ -z ${DOCKER_HOST:-} ]] || die "no Docker engine answers at DOCKER_HOST=$DOCKER_HOST: $(engine_complaint)"
    [[ $(engine_complaint) != *"permission denied"* ]] || die "$(id -un) may not use the Docker engine: add the user to the group docker (sudo usermod -aG docker $(id -un)) and log in again"
    hold_lock engine "another ./sandmill is starting or stopping the Docker engine"
    engine_answers || { install_engine && start_engine; } || return
    release_lock engine
  fi
  register_engine_user "launcher-$$" $$
  say_done "Docker engine $(docker version --format '{{.Server.Version}}')"
}

engine_answers() { have_command docker && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_complaint() {
  if have_command docker; then
    timeout 10 docker version --format '{{.Server.Version}}' 2>&1 >/dev/null | tail -n 1
  else
    echo "no docker command"
  fi
}

# Docker Desktop, colima and others live behind a context; the service knows only DOCKER_HOST.
follow_docker_context() {
  local host
  [[ -z ${DOCKER_HOST:-} ]] && have_command docker || return 0
  host=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null) || return 0
  [[ -z $host || $host == "unix://$ENGINE_SOCKET" || $host == unix:///run/docker.sock ]] || export DOCKER_HOST=$host
}

install_engine() {
  if ! can_install; then
    say_failed "no Docker engine answers: install Docker Engine 20.10 or newer and start it ($(why_not_install))"
    return 1
  fi
  have_command dockerd && have_command iptables && have_command docker && return
  local packages=(docker.io iptables)
  # From Debian 13 on the client is a package of its own.
  if apt-cache show docker-cli >/dev/null 2>&1; then packages+=(docker-cli); fi
  run_step "Installing the Docker engine" "$STATE_DIR/logs/install-docker.log" install_packages "${packages[@]}"
  have_command dockerd || {
    say_failed "docker.io is installed, but there is no dockerd on the path"
    return 1
  }
}

start_engine() {
  # The installation may have started it.
  wait_for_engine 1 && return
  mkdir -p "$SHARED_DIR"
  if [[ -d /run/systemd/system ]]; then
    as_root systemctl start docker || return
    echo systemd >"$SHARED_DIR/engine.started"
  else
    echo process >"$SHARED_DIR/engine.started"
    mount_cgroups
    start_engine_process && return
    # Once more: what a killed engine left may have been dying still.
    start_engine_process && return
  fi
  wait_for_engine "$ENGINE_START_SECONDS" && return
  say_failed "the Docker engine does not start; its last words: $(tail -n 1 "$SHARED_DIR/engine.log" 2>/dev/null)"
  return 1
}

start_engine_process() {
  local command
  forget_dead_engine
  command=("$(path_of_command dockerd)" --host "unix://$ENGINE_SOCKET" --pidfile "$ENGINE_PID_FILE"
    --exec-root "$ENGINE_EXEC_ROOT" "${ENGINE_ARGUMENTS[@]}")
  ((EUID == 0)) || command=(sudo -n "${command[@]}" --group "$(id -gn)")
  start_daemon "$SHARED_DIR/engine.process" "$SHARED_DIR/engine.log" "${command[@]}" || return
  wait_for_engine "$ENGINE_START_SECONDS"
}

wait_for_engine() {
  local started=$SECONDS
  until engine_answers; do
    ((SECONDS - started < $1)) || return 1
    [[ ! -e $SHARED_DIR/engine.process ]] || is_running "$SHARED_DIR/engine.process" || return 1
    say_progress_if_slow "Starting the Docker engine" $((SECONDS - started))
    sleep 0.2
  done
}

# An engine that was killed leaves pid files, its own and its containerd's. When those numbers belong to somebody
# else by now, or to a process that nobody has reaped, the next engine would take them for running and give up.
forget_dead_engine() {
  forget_dead dockerd "$ENGINE_PID_FILE"
  forget_dead containerd "$ENGINE_EXEC_ROOT/containerd/containerd.pid"
}

forget_dead() {
  local pid
  [[ -r $2 ]] || return 0
  pid=$(tr -dc 0-9 <"$2")
  if ! process_identity "$pid" >/dev/null || [[ $(cat "/proc/$pid/comm" 2>/dev/null) != "$1" ]]; then
    as_root rm -f "$2"
  fi
}

# Machines without an init system may come without the cgroup hierarchy that containers are limited by.
mount_cgroups() {
  local controller
  ! grep -q ' /sys/fs/cgroup' /proc/mounts || return 0
  if [[ $(awk '$1 == "memory" { print $2 }' /proc/cgroups) == 0 ]] || ! grep -q '^memory' /proc/cgroups; then
    as_root mount -t cgroup2 cgroup2 /sys/fs/cgroup
    return
  fi
  as_root mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
  while read -r controller; do
    as_root mkdir -p "/sys/fs/cgroup/$controller"
    as_root mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" || as_root rmdir "/sys/fs/cgroup/$controller"
  done < <(awk '!/^#/ && $4 == 1 { print $1 }' /proc/cgroups)
}

# register_engine_user NAME PID: as long as that process lives, nobody stops the engine.
register_engine_user() {
  local user
  mkdir -p "$SHARED_DIR/engine.users"
  for user in "$SHARED_DIR"/engine.users/*; do
    [[ ! -e $user ]] || is_running "$user" || rm -f "$user"
  done
  record_process "$SHARED_DIR/engine.users/$1" "$2"
}

release_engine_user() { rm -f "$SHARED_DIR/engine.users/$1"; }

# stop_engine_if_last: ends the engine when we started it and no living process uses it.
stop_engine_if_last() {
  local user
  release_engine_user "launcher-$$"
  [[ -e $SHARED_DIR/engine.started ]] || return 0
  hold_lock engine "another ./sandmill is starting or stopping the Docker engine"
  for user in "$SHARED_DIR"/engine.users/*; do
    [[ -e $user ]] || continue
    if is_running "$user"; then
      say_note "the Docker engine stays: ${user##*/} uses it"
      release_lock engine
      return 0
    fi
    rm -f "$user"
  done
  if [[ $(cat "$SHARED_DIR/engine.started") == systemd ]]; then
    as_root systemctl stop docker.socket docker.service
  else
    stop_recorded "$SHARED_DIR/engine.process" "$ENGINE_STOP_SECONDS" "the Docker engine"
  fi
  rm -f "$SHARED_DIR/engine.started"
  release_lock engine
  say_done "Docker engine stopped"
}
