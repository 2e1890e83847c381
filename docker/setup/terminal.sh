# shellcheck shell=bash
# What the person at the terminal sees: one line per step, rewritten in place on a terminal, plain elsewhere.

TERMINAL_COLUMNS=100
if [[ -t 2 ]]; then
  TERMINAL_IS_TTY=yes
  TERMINAL_COLUMNS=$(tput cols 2>/dev/null || echo 100)
else
  TERMINAL_IS_TTY=no
fi
if [[ $TERMINAL_IS_TTY == yes && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  COLOUR_GOOD=$'\e[32m' COLOUR_BAD=$'\e[31m' COLOUR_DIM=$'\e[2m' COLOUR_OFF=$'\e[0m'
else
  COLOUR_GOOD='' COLOUR_BAD='' COLOUR_DIM='' COLOUR_OFF=''
fi

# A finished fact: "✓ Docker engine 20.10".
say_done() { clear_line && printf '%s✓%s %s\n' "$COLOUR_GOOD" "$COLOUR_OFF" "$*" >&2; }

# A remark that needs no action.
say_note() { clear_line && printf '%s·%s %s\n' "$COLOUR_DIM" "$COLOUR_OFF" "$*" >&2; }

# What went wrong, with what value, and what to do; the caller decides whether to stop.
say_failed() { clear_line && printf '%ssandmill:%s %s\n' "$COLOUR_BAD" "$COLOUR_OFF" "$*" >&2; }

die() {
  say_failed "$*"
  exit 1
}

die_usage() {
  say_failed "$*"
  exit 2
}

clear_line() { [[ $TERMINAL_IS_TTY == no ]] || printf '\r\e[K' >&2; }

# Shows that a step is still going: rewrites the line on a terminal, prints once a minute elsewhere.
say_progress() {
  local text=$1 seconds=$2
  if [[ $TERMINAL_IS_TTY == yes ]]; then
    local line="… $text (${seconds} s)"
    printf '\r\e[K%s' "${line:0:TERMINAL_COLUMNS-1}" >&2
  elif ((seconds == 0)); then
    printf '… %s\n' "$text" >&2
  elif ((seconds % 60 == 0)); then
    printf '… %s (%d s)\n' "$text" "$seconds" >&2
  fi
}

# For loops of waiting that are mostly over at once: shows nothing in the first second.
say_progress_if_slow() { (($2 < 1)) || say_progress "$@"; }

# The process group of the step that runs now, so that an interrupt ends all of it.
CURRENT_STEP_GROUP=''

# run_step TEXT LOG COMMAND...: runs a command or function with its output in LOG; shows the log's end if it fails.
run_step() {
  local text=$1 log=$2 started=$SECONDS status=0 shown=0
  shift 2
  mkdir -p "$(dirname "$log")"
  say_progress "$text" 0
  # Job control gives the step a process group of its own.
  set -m
  ("$@") >"$log" 2>&1 </dev/null &
  CURRENT_STEP_GROUP=$!
  set +m
  while kill -0 "$CURRENT_STEP_GROUP" 2>/dev/null; do
    if ((SECONDS - started > shown)); then
      shown=$((SECONDS - started))
      say_progress "$text" "$shown"
    fi
    sleep 0.1
  done
  wait "$CURRENT_STEP_GROUP" || status=$?
  CURRENT_STEP_GROUP=''
  if ((status != 0)); then
    clear_line
    telling_lines "$log" >&2
    say_failed "$text: failed (exit $status). The whole log is in $log"
    return "$status"
  fi
  say_done "$text ($((SECONDS - started)) s)"
}

# The lines of a log that say why: the first that are marked as errors, else the last ones.
telling_lines() {
  if grep -q '^\[ERROR\] .' "$1"; then
    grep '^\[ERROR\] .' "$1" | head -n 12
  else
    tail -n 20 "$1"
  fi
}

# Ends the step that an interrupted launcher leaves.
end_current_step() {
  clear_line
  [[ -z $CURRENT_STEP_GROUP ]] || kill -TERM -- "-$CURRENT_STEP_GROUP" 2>/dev/null || true
}
