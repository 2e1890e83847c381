# shellcheck shell=bash
# What "up" shows at the end of its first run: code executed, this repository indexed, and searched.

run_demo() {
  echo >&2
  demo_step exec -l python -c 'print(sum(range(10)))'
  demo_step index "$ROOT_DIR" --name sandmill
  demo_step search "how is a container reset after a run" --repo sandmill --limit 3
}

demo_step() {
  local word shown='./sandmill'
  for word in "$@"; do
    [[ $word != *[!A-Za-z0-9_/.:-]* ]] || word="'$word'"
    shown+=" $word"
  done
  printf '%s$ %s%s\n' "$COLOUR_DIM" "$shown" "$COLOUR_OFF" >&2
  run_command_line "$@" || say_failed "the demo's step '$1' ended with exit code $?; the service itself runs"
}

show_addresses() {
  cat >&2 <<TEXT

API      $(service_url)/v1
Console  $(service_url)/
Key      $STATE_DIR/admin.key
TEXT
}
