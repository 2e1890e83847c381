# shellcheck shell=bash
# The launcher's commands; each reads like a table of contents.

command_up() {
  local demo=yes
  while (($# > 0)); do
    case $1 in
      --no-demo) demo=no ;;
      *) die_usage "up knows --no-demo only, not '$1'" ;;
    esac
    shift
  done
  ensure_instance_id
  hold_lock instance "another ./sandmill is at work on $STATE_DIR"
  find_address
  ensure_jdk
  if runs_programs; then ensure_engine; fi
  ensure_redis
  ensure_runtime
  if runs_programs; then
    ensure_images
    ensure_parser
  fi
  ensure_service
  remove_old_runtimes
  if has_role execute && has_role api; then ensure_client_archive; fi
  release_lock instance
  if [[ $SERVICE_WAS_STARTED == no && $REDIS_WAS_STARTED == yes ]]; then
    say_note "Redis had stopped and was started again; the service was running already"
  elif [[ $SERVICE_WAS_STARTED == no ]]; then
    say_note "everything was running already; nothing was changed"
  elif [[ $demo == yes ]]; then
    run_demo
  fi
  show_addresses
}

# An instance without the role "execute" needs no Docker.
runs_programs() { has_role execute; }

has_role() { [[ ,${SANDMILL_ROLES:-api,execute,index}, == *[,\ ]"$1"[,\ ]* ]]; }

command_down() {
  no_arguments down "$@"
  if [[ ! -d $STATE_DIR/run ]]; then
    say_note "nothing to stop: $STATE_DIR has never been started"
    return
  fi
  hold_lock instance "another ./sandmill is at work on $STATE_DIR"
  stop_service
  remove_containers
  stop_own_redis
  stop_engine_if_last
  release_lock instance
  say_note "everything of $STATE_DIR is down"
}

command_status() {
  no_arguments status "$@"
  local healthy=0 pid
  find_address
  if pid=$(recorded_pid "$STATE_DIR/run/service.process"); then
    if service_is_ready; then
      status_line service ready "$(service_url), process $pid"
    else
      status_line service "not ready" "$(service_url) answers $(http_status "$(reachable_host)" "$SANDMILL_PORT" /readyz || echo nothing), process $pid"
      healthy=1
    fi
  else
    status_line service stopped "start it with ./sandmill up"
    healthy=1
  fi
  status_of_redis || healthy=1
  status_of_engine || healthy=1
  status_of_images || healthy=1
  status_line home - "$STATE_DIR"
  return "$healthy"
}

status_line() { printf '%-9s %-10s %s\n' "$@"; }

status_of_redis() {
  local pid reply
  if [[ -n ${REDIS_URL:-} ]]; then
    if [[ $REDIS_URL == redis://* ]] && parse_redis_url "$REDIS_URL"; then
      reply=$(redis_ping "$REDIS_HOST" "$REDIS_PORT" "$REDIS_USER" "$REDIS_PASSWORD") || true
      [[ $reply != +PONG* ]] || reply=ready
      status_line redis "$([[ $reply == ready ]] && echo ready || echo failing)" "$(redis_url_without_secret "$REDIS_URL")"
      [[ $reply == ready ]]
    else
      status_line redis unknown "$(redis_url_without_secret "$REDIS_URL")"
    fi
  elif pid=$(recorded_pid "$STATE_DIR/run/redis.process"); then
    reply=$(redis_ping 127.0.0.1 "$(cat "$STATE_DIR/redis/port")" "" "$(cat "$STATE_DIR/redis/password")") || true
    [[ $reply != +PONG* ]] || reply=ready
    status_line redis "$([[ $reply == ready ]] && echo ready || echo failing)" "127.0.0.1:$(cat "$STATE_DIR/redis/port"), process $pid"
    [[ $reply == ready ]]
  else
    status_line redis stopped ""
    return 1
  fi
}

status_of_engine() {
  local origin="not ours"
  runs_programs || return 0
  follow_docker_context
  [[ ! -e $SHARED_DIR/engine.started ]] || origin="started by ./sandmill"
  if engine_answers; then
    status_line docker ready "engine $(docker version --format '{{.Server.Version}}'), $origin"
  else
    status_line docker stopped "$(engine_complaint)"
    return 1
  fi
}

status_of_images() {
  local language version missing=0
  runs_programs && engine_answers || return 0
  while read -r language; do
    if version=$(docker image inspect --format '{{index .Config.Labels "dev.sandmill.version"}}' "sandmill/$language:$IMAGE_TAG" 2>/dev/null); then
      status_line image ready "$language $version"
    else
      status_line image missing "$language"
      missing=1
    fi
  done < <(language_names)
  return "$missing"
}

command_logs() {
  local log=$STATE_DIR/sandmill.log lines=100
  if [[ ${1:-} == -n ]]; then
    [[ ${2:-} =~ ^[0-9]+$ ]] || die_usage "logs -n needs a number of lines"
    lines=$2
    shift 2
  fi
  no_arguments logs "$@"
  [[ -r $log ]] || die "no log at $log yet: run ./sandmill up first"
  if [[ -t 1 ]]; then
    exec tail -n "$lines" -F "$log"
  else
    cat "$log"
  fi
}

# The commands that talk to a running service: exec, index, search, tune.
command_client() {
  [[ -d $STATE_DIR/app/current ]] || die "Sandmill is not set up in $STATE_DIR: run ./sandmill up first"
  ensure_jdk
  find_address
  run_command_line "$@"
}

# run_command_line COMMAND ARGUMENT...: in the user's own folder; the exit code passes through.
run_command_line() {
  local runtime prepared archive=()
  runtime=$(readlink -f "$STATE_DIR/app/current")
  prepared=$(client_archive "$runtime")
  [[ ! -f $prepared ]] || archive=("-XX:SharedArchiveFile=$prepared")
  run_client_java "$runtime" "${archive[@]}" dev.sandmill.orchestrator.Main "$@"
}

# For a start as short as possible, without a word of the JVM's own. Native access that is enabled for all is a flag
# that the JDK's own archive was not made with: the JVM says so, and makes less of the archive.
CLIENT_FLAGS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xmx512m --illegal-native-access=allow
  -Xlog:disable -Xlog:all=error:stderr '-Xlog:cds*=off,aot*=off:stderr')

# run_client_java RUNTIME [FLAG...] MAIN ARGUMENT...
run_client_java() {
  local runtime=$1
  shift
  SANDMILL_HOME=$STATE_DIR COLUMNS=$TERMINAL_COLUMNS "$JAVA_HOME/bin/java" "${CLIENT_FLAGS[@]}" -cp "$runtime/lib/*" "$@"
}

# An archive serves the JVM and the flags that it was made with, and no others.
client_archive() {
  local made_with
  made_with=$(printf '%s\n' "$JAVA_HOME" "${CLIENT_FLAGS[@]}" | cat - "$JAVA_HOME/release" 2>/dev/null | short_hash)
  echo "$1/command-line.$made_with.jsa"
}

# ensure_client_archive: the classes of a real call, prepared once for each installed program; halves the command
# line's start. Without it everything works the same, so a call that fails only leaves it out.
ensure_client_archive() {
  local prepared
  prepared=$(client_archive "$RUNTIME_DIR")
  [[ ! -f $prepared ]] || return 0
  say_progress "Preparing the command line" 0
  if run_client_java "$RUNTIME_DIR" "-XX:ArchiveClassesAtExit=$prepared.new" dev.sandmill.orchestrator.Main \
    exec -l python -c 'print(0)' </dev/null >"$STATE_DIR/logs/command-line.log" 2>&1; then
    mv "$prepared.new" "$prepared"
  else
    say_note "the command line will start more slowly: $(tail -n 1 "$STATE_DIR/logs/command-line.log")"
  fi
}

command_test() {
  local status=0 parser=() long=()
  [[ ${1:-} != nightly ]] || { long=(-Pnightly); shift; }
  no_arguments test "$@"
  ensure_instance_id
  ensure_jdk
  ensure_engine
  ensure_redis_server
  ensure_prometheus
  ensure_images
  ensure_parser
  mapfile -t parser < <(parser_flag)
  (
    unset "${!SANDMILL_@}"
    export SANDMILL_TEST_IMAGES=$ROOT_DIR/docker/images SANDMILL_TEST_SECCOMP=$ROOT_DIR/docker/seccomp/sandmill.json \
      ORT_DISABLE_TELEMETRY=1
    # Two modules at a time: one that waits for time limits leaves the processor to one that computes.
    "$ROOT_DIR/mvnw" -B -T 2 --fail-at-end --no-transfer-progress -f "$ROOT_DIR/pom.xml" -Pchecks "${long[@]}" \
      "${parser[@]}" verify </dev/null
  ) || status=$?
  stop_engine_if_last
  return "$status"
}

command_bench() {
  local runtime=$STATE_DIR/app/current parser=()
  [[ -d $runtime ]] || die "Sandmill is not set up in $STATE_DIR: run ./sandmill up first"
  runtime=$(readlink -f "$runtime")
  [[ -d $runtime/bench/lib ]] || die "this build of Sandmill has no benchmarks in it"
  ensure_jdk
  find_address
  [[ -n ${REDIS_URL:-} || ! -s $STATE_DIR/redis/password ]] || own_redis_url
  mapfile -t parser < <(parser_flag)
  # The JVM tells of the vector module, and no option keeps it from that.
  {
    SANDMILL_HOME=$STATE_DIR SANDMILL_IMAGES=$runtime/images SANDMILL_SECCOMP=$runtime/seccomp/sandmill.json \
      ORT_DISABLE_TELEMETRY=1 "$JAVA_HOME/bin/java" -Xss4m "${SERVICE_COMPILER_FLAGS[@]}" "${parser[@]}" \
      --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector \
      -cp "$runtime/bench/lib/*:$runtime/lib/*" dev.sandmill.bench.Main "$@" 2>&1 >&3 3>&- |
      { grep --line-buffered -v '^WARNING: Using incubator modules: ' >&2 3>&- || true; }
  } 3>&1
}

no_arguments() {
  (($# == 1)) || die_usage "$1 takes no argument, but got '$2'"
}

command_help() {
  cat <<'TEXT'
Sandmill: a worker pool for coding agents. It runs code that nobody trusts in milliseconds and keeps git
repositories searchable by meaning.

usage: ./sandmill COMMAND [ARGUMENT...]

  up [--no-demo]   install what is missing, build, start the service, wait until it is ready, show a demo;
                   a second call is quick and changes nothing
  status           the state of every part; exit code 0 when all of it is ready
  logs [-n N]      the service's log: followed on a terminal, whole otherwise
  down             stop everything that up started
  test [nightly]   every test; nightly: the long forms, and what restarts a Docker engine, too

  exec [-l LANG] (FILE | -c CODE) [--stdin FILE] [--json] [-- ARG...]
                   run code; the exit code is the program's
  index PATH_OR_URL [--name NAME] [--branch B] [--json] [--dry-run [--price USD]]
                   register a repository, index it, wait until it is searchable; --dry-run only counts files,
                   chunks, tokens and cost, and says what would be left out and why
  search QUERY [--repo NAME] [--limit N] [--json]
  tune [--execute | --embedding] [--seconds N] [-l LANG] [-c CODE] [--apply] [--json]
                   measure with real work how much at a time does the most; --apply sets it
  bench [--json] [NAME...]
                   the benchmarks, each beside its peer or baseline; --json for those that write it; bench --help
                   tells them

  help             this page

Settings come from the environment; the ones needed first:
  SANDMILL_HOME    where an instance keeps its state (.sandmill beside this script)
  SANDMILL_PORT    8080        SANDMILL_BIND  127.0.0.1
  REDIS_URL        unset: a Redis of our own is started
  DOCKER_HOST      unset: the usual socket; an engine is installed and started on Debian and Ubuntu
TEXT
}
