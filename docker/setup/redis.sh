# shellcheck shell=bash
# Redis: the one at REDIS_URL, or one of our own on a free port of the loopback, with a password.

REDIS_START_SECONDS=60
REDIS_STOP_SECONDS=30

# ensure_redis: exports REDIS_URL of a Redis that has loaded its data and answers.
ensure_redis() {
  REDIS_WAS_STARTED=no
  if [[ -n ${REDIS_URL:-} ]]; then
    check_given_redis
    return
  fi
  ensure_redis_server || return
  start_own_redis || return
  own_redis_url
  say_done "Redis on 127.0.0.1:$(cat "$STATE_DIR/redis/port")"
}

# Exports the address of our own Redis; it goes to the service by environment, never on a command line.
own_redis_url() {
  export REDIS_URL
  REDIS_URL=redis://default:$(cat "$STATE_DIR/redis/password")@127.0.0.1:$(cat "$STATE_DIR/redis/port")
}

# Debian's package starts a server of its own on the usual port: nobody asked for that one.
ensure_redis_server() {
  have_command redis-server && return
  ensure_package redis-server redis-server || return
  stop_service_of_package redis-server
}

start_own_redis() {
  local folder=$STATE_DIR/redis record=$STATE_DIR/run/redis.process attempt
  if is_running "$record"; then
    wait_for_own_redis && return
    stop_recorded "$record" "$REDIS_STOP_SECONDS" "a Redis that does not answer"
  fi
  mkdir -p "$folder" && chmod 700 "$folder"
  [[ -s $folder/password ]] || (umask 077 && random_hex 32 >"$folder/password.new" && mv "$folder/password.new" "$folder/password")
  for ((attempt = 0; attempt < 5; attempt++)); do
    if [[ ! -s $folder/port ]] || port_answers 127.0.0.1 "$(cat "$folder/port")"; then
      free_port >"$folder/port.new" && mv "$folder/port.new" "$folder/port"
    fi
    write_redis_config "$folder"
    # shellcheck disable=SC2034 # command_up reads it
    REDIS_WAS_STARTED=yes
    start_daemon "$record" "$folder/redis.log" "$(path_of_command redis-server)" "$folder/redis.conf" || return
    wait_for_own_redis && return
    rm -f "$folder/port"
  done
  say_failed "Redis did not start; its last words: $(tail -n 2 "$folder/redis.log")"
  return 1
}

write_redis_config() {
  (
    umask 077
    cat >"$1/redis.conf.new" <<CONFIG
bind 127.0.0.1
port $(cat "$1/port")
protected-mode yes
requirepass $(cat "$1/password")
dir $1
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory $(redis_memory_bytes)
maxmemory-policy noeviction
CONFIG
  )
  mv "$1/redis.conf.new" "$1/redis.conf"
}

# A quarter of the machine, at least 256 MiB.
redis_memory_bytes() {
  local bytes
  bytes=$(awk '/^MemTotal:/ { printf "%d", int($2 / 4) * 1024 }' /proc/meminfo 2>/dev/null)
  ((${bytes:-0} > 268435456)) || bytes=268435456
  echo "$bytes"
}

# A server that still loads its data answers -LOADING: not ready yet.
wait_for_own_redis() {
  local started=$SECONDS reply
  while :; do
    reply=$(redis_ping 127.0.0.1 "$(cat "$STATE_DIR/redis/port")" '' "$(cat "$STATE_DIR/redis/password")") || true
    [[ $reply != +PONG* ]] || return 0
    # Somebody else's server on our port: ours has gone or will go.
    [[ $reply != -WRONGPASS* && $reply != -NOAUTH* ]] || return 1
    is_running "$STATE_DIR/run/redis.process" || return 1
    ((SECONDS - started < REDIS_START_SECONDS)) || return 1
    say_progress_if_slow "Starting Redis" $((SECONDS - started))
    sleep 0.1
  done
}

stop_own_redis() {
  is_running "$STATE_DIR/run/redis.process" || return 0
  stop_recorded "$STATE_DIR/run/redis.process" "$REDIS_STOP_SECONDS" "Redis"
  say_done "Redis stopped"
}

check_given_redis() {
  local reply shown
  shown=$(redis_url_without_secret "$REDIS_URL")
  if [[ $REDIS_URL != redis://* ]]; then
    say_note "Redis at $shown: the service itself will check it"
    return
  fi
  parse_redis_url "$REDIS_URL" || die "REDIS_URL can not be read; it has to be like redis://[:password@]host:6379[/database]"
  reply=$(redis_ping "$REDIS_HOST" "$REDIS_PORT" "$REDIS_USER" "$REDIS_PASSWORD") || true
  case $reply in
    +PONG*) say_done "Redis at $shown" ;;
    '') die "no Redis answers at $shown (REDIS_URL): start it, or unset REDIS_URL to have one started for you" ;;
    *) die "the Redis at $shown (REDIS_URL) refuses: ${reply#-}" ;;
  esac
}

# parse_redis_url URL: sets REDIS_HOST, REDIS_PORT, REDIS_USER and REDIS_PASSWORD.
parse_redis_url() {
  [[ $1 =~ ^rediss?://(([^@/]*)@)?(\[[0-9a-fA-F:.]+\]|[^:/@]+)(:([0-9]+))?(/.*)?$ ]] || return 1
  local identity=${BASH_REMATCH[2]}
  REDIS_HOST=${BASH_REMATCH[3]} REDIS_PORT=${BASH_REMATCH[5]:-6379} REDIS_USER='' REDIS_PASSWORD=''
  REDIS_HOST=${REDIS_HOST#[} REDIS_HOST=${REDIS_HOST%]}
  [[ -n $identity ]] || return 0
  [[ $identity == *:* ]] || identity=:$identity
  REDIS_USER=$(percent_decoded "${identity%%:*}")
  REDIS_PASSWORD=$(percent_decoded "${identity#*:}")
}

redis_url_without_secret() { sed -E 's#//[^@/]*@#//***@#' <<<"$1"; }

percent_decoded() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

# redis_ping HOST PORT USER PASSWORD: the reply to PING, or the error that came first.
redis_ping() (
  local reply
  { exec 3<>"/dev/tcp/$1/$2"; } 2>/dev/null || exit 1
  if [[ -n $4 && -n $3 ]]; then
    redis_command AUTH "$3" "$4" >&3
  elif [[ -n $4 ]]; then
    redis_command AUTH "$4" >&3
  else
    redis_command PING >&3
  fi
  IFS= read -r -t 5 reply <&3 || exit 1
  if [[ -n $4 && $reply == +OK* ]]; then
    redis_command PING >&3
    IFS= read -r -t 5 reply <&3 || exit 1
  fi
  printf '%s\n' "${reply%$'\r'}"
) 2>/dev/null

# One command in Redis's own protocol (RESP); lengths count bytes.
redis_command() {
  local LC_ALL=C word
  printf '*%d\r\n' $#
  for word in "$@"; do
    printf '$%d\r\n%s\r\n' ${#word} "$word"
  done
}
