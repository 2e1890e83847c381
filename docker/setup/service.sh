# shellcheck shell=bash
# The service's process: started in the background, watched until it is ready, stopped in an orderly way.

SERVICE_START_SECONDS=120
SERVICE_STOP_SECONDS=40

# Methods are compiled for good after a fifth of the calls that the JVM waits for by itself: a request calls most of
# them once, so that it takes thousands of requests else until the service is as fast as it gets.
SERVICE_COMPILER_FLAGS=(-XX:CompileThresholdScaling=0.2)
# Java programs are read by the JDK's own compiler, kept from one to the next; without these a new one is made for each.
SERVICE_COMPILER_FLAGS+=(--add-exports=jdk.compiler/com.sun.tools.javac.{parser,tree,util}=ALL-UNNAMED)

# The settings that a service is started with; one that is set now and was not the same then needs a restart.
SERVICE_SETTINGS=(SANDMILL_PORT SANDMILL_BIND SANDMILL_ROLES SANDMILL_QUEUE_CAPACITY SANDMILL_SESSIONS_MAX SANDMILL_GIT_HOSTS SANDMILL_IMAGE_TAG REDIS_URL DOCKER_HOST
  SANDBOX_TIMEOUT_MS SANDBOX_RUNTIME CACHE_TTL_DAYS CORS_ORIGIN EMBEDDER OPENAI_BASE_URL OPENAI_API_KEY
  OPENAI_EMBEDDING_MODEL VECTOR_STORE PINECONE_API_KEY PINECONE_INDEX PINECONE_HOST EMBED_BATCH_SIZE
  EMBED_PARALLELISM SANDMILL_TLS_CERTIFICATE SANDMILL_TLS_KEY SANDMILL_TLS_CLIENT_CA SANDMILL_REDIS_CA
  OTEL_EXPORTER_OTLP_ENDPOINT OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)

# Reads the address of this instance: what is set now, else what its service runs with, else the defaults.
find_address() {
  local bind='' port=''
  if [[ -r $STATE_DIR/run/address ]] && is_running "$STATE_DIR/run/service.process"; then
    read -r bind port <"$STATE_DIR/run/address"
  fi
  export SANDMILL_BIND=${SANDMILL_BIND:-${bind:-127.0.0.1}}
  export SANDMILL_PORT=${SANDMILL_PORT:-${port:-8080}}
  is_port "$SANDMILL_PORT" || die "SANDMILL_PORT is '$SANDMILL_PORT'; it has to be a number from 1 to 65535"
}

# An address to reach the service at from here, where it listens on all of them.
reachable_host() {
  case $SANDMILL_BIND in
    0.0.0.0 | '*' | '') echo 127.0.0.1 ;;
    :: | '[::]') echo ::1 ;;
    *) echo "${SANDMILL_BIND//[\[\]]/}" ;;
  esac
}

service_url() {
  local host
  host=$(reachable_host)
  [[ $host != *:* ]] || host="[$host]"
  echo "http${SANDMILL_TLS_CERTIFICATE:+s}://$host:$SANDMILL_PORT"
}

service_is_ready() {
  local ask=http_status
  [[ -z ${SANDMILL_TLS_CERTIFICATE:-} ]] || ask=https_status
  [[ $("$ask" "$(reachable_host)" "$SANDMILL_PORT" /readyz) == 200 ]]
}

# ensure_service: the current program runs and is ready. Sets SERVICE_WAS_STARTED to yes or no.
ensure_service() {
  local reason=''
  SERVICE_WAS_STARTED=no
  if is_running "$STATE_DIR/run/service.process"; then
    reason=$(reason_to_restart)
    if [[ -z $reason ]]; then
      wait_until_ready
      return
    fi
    say_note "restarting the service: $reason"
    stop_service || return
  fi
  if port_answers "$(reachable_host)" "$SANDMILL_PORT"; then
    die "port $SANDMILL_PORT on $SANDMILL_BIND is in use by another program: stop that one, or choose another port with SANDMILL_PORT"
  fi
  start_service || return
  wait_until_ready
}

reason_to_restart() {
  local name recorded
  if [[ $(cat "$STATE_DIR/run/service.runtime" 2>/dev/null) != "$RUNTIME_DIR" ]]; then
    echo "the program changed"
    return
  fi
  for name in "${SERVICE_SETTINGS[@]}"; do
    [[ -n ${!name:-} ]] || continue
    recorded=$(sed -n "s/^$name //p" "$STATE_DIR/run/service.settings" 2>/dev/null)
    if [[ $recorded != "$(setting_hash "$name")" ]]; then
      echo "$name changed"
      return
    fi
  done
}

# Settings are secrets or may hold some: only a salted hash is kept.
setting_hash() { printf '%s %s=%s' "$(cat "$STATE_DIR/instance.id")" "$1" "${!1}" | short_hash; }

record_settings() {
  local name
  for name in "${SERVICE_SETTINGS[@]}"; do
    [[ -z ${!name:-} ]] || echo "$name $(setting_hash "$name")"
  done >"$STATE_DIR/run/service.settings"
}

start_service() {
  local log=$STATE_DIR/sandmill.log parser=()
  [[ ! -f $log ]] || (($(wc -c <"$log") < 67108864)) || mv -f "$log" "$log.1"
  touch "$log" && chmod 600 "$log"
  LOG_START=$(wc -c <"$log")
  echo "$RUNTIME_DIR" >"$STATE_DIR/run/service.runtime"
  echo "$SANDMILL_BIND $SANDMILL_PORT" >"$STATE_DIR/run/address"
  record_settings
  mapfile -t parser < <(parser_flag)
  (
    cd "$STATE_DIR" || exit
    export SANDMILL_HOME=$STATE_DIR SANDMILL_INSTANCE SANDMILL_IMAGES=$RUNTIME_DIR/images \
      SANDMILL_SECCOMP=$RUNTIME_DIR/seccomp/sandmill.json ORT_DISABLE_TELEMETRY=1
    SANDMILL_INSTANCE=$(cat "$STATE_DIR/instance.id")
    start_daemon "$STATE_DIR/run/service.process" "$log" "$JAVA_HOME/bin/java" "-Xmx$(service_heap_mebibytes)m" \
      -Xss4m -XX:+ExitOnOutOfMemoryError "${SERVICE_COMPILER_FLAGS[@]}" --enable-native-access=ALL-UNNAMED \
      --add-modules jdk.incubator.vector -Xlog:disable -Xlog:all=error:stderr "-Dsandmill.home=$STATE_DIR" "${parser[@]}" \
      -cp "$RUNTIME_DIR/lib/*" dev.sandmill.orchestrator.Main serve
  ) || return
  # shellcheck disable=SC2034 # "up" shows the demo then
  SERVICE_WAS_STARTED=yes
  recorded_pid "$STATE_DIR/run/service.process" >"$STATE_DIR/sandmill.pid" || true
}

# A quarter of the machine's memory, between 512 MiB and 4 GiB: sandboxes, models and page cache need the rest.
service_heap_mebibytes() {
  local mebibytes
  mebibytes=$(awk '/^MemTotal:/ { printf "%d", $2 / 4096 }' /proc/meminfo 2>/dev/null)
  mebibytes=${mebibytes:-1024}
  ((mebibytes > 512)) || mebibytes=512
  ((mebibytes < 4096)) || mebibytes=4096
  echo "$mebibytes"
}

wait_until_ready() {
  local started=$SECONDS record=$STATE_DIR/run/service.process
  until service_is_ready; do
    if ! is_running "$record"; then
      # A port that somebody else took in the meantime, a bad setting, a missing image: the service tells.
      die "the service stopped while starting: $(service_complaint)"
    fi
    if ((SECONDS - started >= SERVICE_START_SECONDS)); then
      die "the service runs but is not ready after $SERVICE_START_SECONDS s; its last complaint: $(service_complaint)"
    fi
    say_progress_if_slow "Starting the service" $((SECONDS - started))
    sleep 0.1
  done
  recorded_pid "$record" >"$STATE_DIR/sandmill.pid" || true
  register_engine_user "$(cat "$STATE_DIR/instance.id")" "$(cat "$STATE_DIR/sandmill.pid")"
  say_done "Service ready at $(service_url)"
}

# The last thing that went wrong since the start, in the service's own words.
service_complaint() {
  local lines
  lines=$(tail -c "+$((${LOG_START:-0} + 1))" "$STATE_DIR/sandmill.log" 2>/dev/null | tail -n 400)
  if grep -q '^sandmill: ' <<<"$lines"; then
    grep '^sandmill: ' <<<"$lines" | tail -n 1 | sed 's/^sandmill: //'
  elif grep -q '"ERROR"' <<<"$lines"; then
    grep '"ERROR"' <<<"$lines" | tail -n 1 | sed -E 's/.*"message":"(([^"\\]|\\.)*)".*/\1/; s/\\n.*//; s/\\"/"/g'
  else
    tail -n 3 <<<"${lines:-it said nothing}"
  fi
}

stop_service() {
  local record=$STATE_DIR/run/service.process
  if is_running "$record"; then
    stop_recorded "$record" "$SERVICE_STOP_SECONDS" "the service"
    say_done "Service stopped"
  fi
  rm -f "$STATE_DIR/sandmill.pid" "$STATE_DIR/run/address"
  release_engine_user "$(cat "$STATE_DIR/instance.id" 2>/dev/null || echo none)"
}

# Containers that a killed service left; an orderly stop leaves none.
remove_containers() {
  local instance containers
  instance=$(cat "$STATE_DIR/instance.id" 2>/dev/null) || return 0
  engine_answers || return 0
  mapfile -t containers < <(docker ps -aq --filter "label=dev.sandmill.instance=$instance")
  ((${#containers[@]} > 0)) || return 0
  docker rm -f "${containers[@]}" >/dev/null 2>&1 || true
  say_done "${#containers[@]} sandbox containers removed"
}

# A name for this instance's containers, made once.
ensure_instance_id() {
  mkdir -p "$STATE_DIR/run" "$STATE_DIR/logs" "$STATE_DIR/tmp" "$STATE_DIR/app"
  chmod 700 "$STATE_DIR"
  [[ -s $STATE_DIR/instance.id ]] && return
  random_hex 6 >"$STATE_DIR/instance.id.new" && mv "$STATE_DIR/instance.id.new" "$STATE_DIR/instance.id"
}
