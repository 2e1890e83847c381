# shellcheck shell=bash
# Processes that the launcher starts and ends. A record names one by number, start time and boot, so that a
# number that the system has given to another process since is never mistaken for ours, nor killed.

# process_identity PID: "PID START BOOT", or nothing when there is no such living process.
process_identity() {
  local pid=$1 line rest start boot
  [[ $pid =~ ^[1-9][0-9]*$ ]] || return 1
  if [[ -d /proc/self ]]; then
    { read -r line <"/proc/$pid/stat"; } 2>/dev/null || return 1
    rest=${line##*) }
    # Field 3 is the state (Z and X: it has ended), field 22 the start time in ticks since boot.
    [[ $rest != [ZX]* ]] || return 1
    read -r -a rest <<<"$rest"
    start=${rest[19]}
    read -r boot </proc/sys/kernel/random/boot_id
  else
    start=$(ps -o lstart= -p "$pid" | tr -s ' ' '_') || return 1
    boot=-
  fi
  printf '%s %s %s\n' "$pid" "$start" "$boot"
}

# record_process RECORD PID
record_process() {
  local identity
  identity=$(process_identity "$2") || return
  printf '%s\n' "$identity" >"$1.new.$2" && mv -f "$1.new.$2" "$1"
}

# recorded_pid RECORD: the number of the recorded process if that very process still lives.
recorded_pid() {
  local recorded pid
  [[ -r $1 ]] || return 1
  read -r recorded <"$1" || return 1
  pid=${recorded%% *}
  [[ $(process_identity "$pid") == "$recorded" ]] || return 1
  printf '%s\n' "$pid"
}

is_running() { recorded_pid "$1" >/dev/null; }

# start_daemon RECORD LOG COMMAND...: starts the command in a session of its own, without any file that the
# launcher holds open, its locks first of all. The daemon writes its own record before it becomes the command, so that a launcher
# killed at this very moment leaves no daemon that nobody knows.
start_daemon() {
  local record=$1 log=$2 child tries
  shift 2
  command -v "$1" >/dev/null || {
    say_failed "could not start $1: there is no such program"
    return 1
  }
  rm -f "$record"
  # shellcheck disable=SC2016 # for the daemon's own shell
  setsid bash -c '
    set -eu
    source "$1"; record_process "$2" $$
    shift 2
    for descriptor in /proc/$$/fd/*; do
      descriptor=${descriptor##*/}
      ((descriptor < 3)) || eval "exec $descriptor>&-"
    done
    exec "$@"' daemon "$ROOT_DIR/docker/setup/processes.sh" "$record" "$@" </dev/null >>"$log" 2>&1 &
  child=$!
  for ((tries = 0; tries < 100; tries++)); do
    [[ ! -s $record ]] || break
    kill -0 "$child" 2>/dev/null || break
    sleep 0.05
  done
  disown "$child" 2>/dev/null || true
  [[ -s $record ]] || {
    say_failed "could not start $1: $(tail -n 1 "$log")"
    return 1
  }
}

# stop_recorded RECORD SECONDS TEXT: asks the process to end, waits, and kills it when it does not.
stop_recorded() {
  local record=$1 patience=$2 text=$3 pid started=$SECONDS
  pid=$(recorded_pid "$record") || {
    rm -f "$record"
    return 0
  }
  send_signal TERM "$pid"
  while is_running "$record"; do
    if ((SECONDS - started >= patience)); then
      say_note "$text (process $pid) did not end in $patience s; killing it"
      send_signal KILL "$pid"
      while is_running "$record"; do sleep 0.05; done
    fi
    say_progress_if_slow "Stopping $text" $((SECONDS - started))
    sleep 0.05
  done
  rm -f "$record"
}

# A daemon started with sudo ends with sudo.
send_signal() { kill "-$1" "$2" 2>/dev/null || sudo -n kill "-$1" "$2" 2>/dev/null || true; }
