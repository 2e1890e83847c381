# shellcheck shell=bash
# Locks between launchers: of one instance ($STATE_DIR) and of the whole machine ($SHARED_DIR).
# A lock is the kernel's, held by an open file: it ends with its holder, however that dies.
# Daemons are started with these files closed (start_daemon), or they would hold a lock for life.

INSTANCE_LOCK_FD=200
IMAGES_LOCK_FD=201
ENGINE_LOCK_FD=202

lock_fd() {
  case $1 in
    instance) echo $INSTANCE_LOCK_FD ;;
    images) echo $IMAGES_LOCK_FD ;;
    engine) echo $ENGINE_LOCK_FD ;;
  esac
}

lock_file() {
  case $1 in
    instance) echo "$STATE_DIR/lock" ;;
    *) echo "$SHARED_DIR/$1.lock" ;;
  esac
}

# hold_lock NAME REASON: waits for the lock, telling once why it waits.
hold_lock() {
  local file fd
  file=$(lock_file "$1")
  fd=$(lock_fd "$1")
  mkdir -p "$(dirname "$file")"
  command -v flock >/dev/null || die "flock is missing: install util-linux"
  eval "exec $fd>>\"\$file\""
  flock --nonblock "$fd" && return
  say_note "$2; waiting for it"
  flock "$fd"
}

release_lock() {
  local fd
  fd=$(lock_fd "$1")
  eval "exec $fd>&-"
}
