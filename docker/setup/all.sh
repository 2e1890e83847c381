# shellcheck shell=bash
# Every part of the launcher, and the three places that all of them share.

ROOT_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Of this instance; kept between runs.
STATE_DIR=${SANDMILL_HOME:-$ROOT_DIR/.sandmill}
[[ $STATE_DIR == /* ]] || STATE_DIR=$PWD/$STATE_DIR
[[ $STATE_DIR == / ]] || STATE_DIR=${STATE_DIR%/}

# Of all instances on this machine; gone after a restart.
# shellcheck disable=SC2034 # used by the parts
if ((EUID == 0)); then
  SHARED_DIR=/run/sandmill
else
  SHARED_DIR=${XDG_RUNTIME_DIR:-/tmp/sandmill-$EUID}/sandmill
fi

for part in terminal locks processes network packages versions jdk engine redis bootstrap images parsers runtime service demo commands; do
  # shellcheck source=/dev/null # one of the files beside this one
  source "$ROOT_DIR/docker/setup/$part.sh"
done
unset part
