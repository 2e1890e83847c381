# A session's driver: runs every call in one shell, at its top level. What it says to the containers' init is in
# docker/init/PROTOCOL.md. It holds no file open between its words, so that no program inherits its channel. When the
# shell ends, by `exit`, `set -e` or an error that ends shells, a copy of it with everything in it goes on.
__sandmill_number=0

# `{ } 2>/dev/null` keeps the driver out of the traces of `set -x`. A turn begins with the end of the call before, so
# that a `continue` of the call's own is an end too.
__sandmill_loop='while { :; } 2>/dev/null; do
  {
    __sandmill_said="$__sandmill_number ${__sandmill_code:-0}"
    __sandmill_code=
    __sandmill_text=$(builtin trap -p EXIT)
    if [[ $__sandmill_text != *__sandmill_code=* ]]; then
      builtin eval "__sandmill_words=($__sandmill_text)"
      __sandmill_own_trap=${__sandmill_words[2]-}
      builtin trap "$__sandmill_last" EXIT
    fi
    builtin printf "%s\n" "$__sandmill_said" >/dev/sandmill/ends
    IFS= builtin read -r __sandmill_number </dev/sandmill/calls
    [[ ${__sandmill_options-} != *x* ]] || builtin set -x
    __sandmill_options=
  } 2>/dev/null
  builtin . /dev/sandmill/source
  { __sandmill_code=$?; } 2>/dev/null
done'

# The shell has ended: a trap of the call runs first, then the copy is made and named as the one that goes on.
__sandmill_last='{
  __sandmill_code=$? __sandmill_options=$-
  builtin set +x
} 2>/dev/null
[[ -z ${__sandmill_own_trap-} ]] || builtin eval "$__sandmill_own_trap"
__sandmill_traps=$(builtin trap -p)
{
  builtin trap - INT QUIT
  builtin eval "$__sandmill_traps"
  builtin eval "$__sandmill_loop"
} &
builtin printf "+%s\n" "$!" >/dev/sandmill/ends
builtin exit "$__sandmill_code"'

builtin eval "$__sandmill_loop"
