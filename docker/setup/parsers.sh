#!/usr/bin/env bash
# The parser: tree-sitter, the grammars that static validation reads programs with, and docker/parser around them, as one
# static program that the service runs beside itself, for any machine of this kind of processor. The sources come from npm,
# pinned by hash; the compiler is the one of the image that compiles the init, and lays the program out by what
# parsing the texts in docker/parser/training takes. Without npm, network or compiler the service uses a parser in a JVM of its own:
# the same, only slower.

# The grammars' versions are those of the Java binding in pom.xml, so that both give the same trees.
PARSER_SOURCES=(
  "tree-sitter 0.25.0 016448ee8e2c23aed7e1155c118cd66cd026e6436f7394b3f3606d30bf9aaa4a"
  "tree-sitter-python 0.25.0 63b76b3fa8181fd79eaad4abcdb21e2babcb504dbfc7710a89934fa456d26096"
  "tree-sitter-javascript 0.25.0 6214ce23d03aba525ba8edd6ca7caf365c969f2c2dbfc353e376ca54507ffb92"
  "tree-sitter-typescript 0.23.2 0fdf63c35930a75885145d75ee63cb879da2d49db9bfe454bd8e60b08ba778a1"
  "tree-sitter-bash 0.23.3 10f4d67f56e07bc6cc34c49afb34e232269c1e0a19933880dfdb5dd738a8fc7d"
)
PARSER_DOWNLOAD_SECONDS=60

# ensure_parser: the program is compiled, or a note says why not. Never fails: it is a matter of speed only.
ensure_parser() {
  [[ $(uname -s) == Linux ]] || return 0
  [[ ! -s $(parser_program) ]] || return 0
  have_command npm || {
    say_note "npm is missing: programs are parsed with the slower parser"
    return 0
  }
  run_step "Compiling the parser" "$STATE_DIR/logs/parser.log" compile_parser "$(parser_program)" || {
    say_note "programs are parsed with the slower parser; the next ./sandmill up tries again"
    return 0
  }
  ! grep --quiet '^sandmill-parser: compiled without a profile' "$STATE_DIR/logs/parser.log" ||
    say_note "the parser is compiled without a profile, which makes it a sixth slower: see $STATE_DIR/logs/parser.log"
}

# Its name changes with whatever it is made of.
parser_program() {
  echo "$STATE_DIR/parsers/$(
    { printf '%s\n' "${PARSER_SOURCES[@]}" && parser_build_script && uname -m &&
      folder_hash "$ROOT_DIR"/docker/parser/Makefile "$ROOT_DIR"/docker/parser/{src,training}/*; } | short_hash
  )"
}

# compile_parser FILE
compile_parser() {
  local work=$STATE_DIR/tmp/parser name version hash source
  rm -rf "$work"
  mkdir -p "$work" "$(dirname "$1")" || return
  for source in "${PARSER_SOURCES[@]}"; do
    read -r name version hash <<<"$source"
    fetch_parser_source "$name" "$version" "$hash" "$work/$name.tgz" || return
  done
  mkdir "$work/parser" && cp -R "$ROOT_DIR"/docker/parser/{Makefile,src,training} "$work/parser" || return
  ensure_init_builder || return
  # As streams, because the engine may be on another machine. What runs of the sources there, to count, has no network.
  tar -C "$work" -cf - . | docker run --rm --interactive --network none --memory 1g --pids-limit 64 \
    --cap-drop ALL --cap-add DAC_OVERRIDE --tmpfs /work:exec,size=512m "$INIT_BUILDER_IMAGE" \
    sh -euc "$(parser_build_script)" >"$1.new" || return
  [[ -s $1.new ]] && chmod 755 "$1.new" && mv -f "$1.new" "$1" && rm -rf "$work"
}

# fetch_parser_source NAME VERSION SHA256 FILE
fetch_parser_source() {
  local archive
  archive=$(cd "$(dirname "$4")" && timeout "$PARSER_DOWNLOAD_SECONDS" npm pack --silent "$1@$2") || return
  mv "$(dirname "$4")/$archive" "$4" || return
  echo "$3  $4" | sha256sum --check --quiet || {
    echo "$1 $2 from the registry is not the file that is pinned in docker/setup/parsers.sh"
    return 1
  }
}

# Reads the archives and docker/parser from stdin as a tar, writes the program to stdout.
parser_build_script() {
  cat <<'SCRIPT'
cd /work
tar -xf - --no-same-owner
mkdir sources
for archive in *.tgz; do
  mkdir "sources/${archive%.tgz}"
  tar -xzf "$archive" -C "sources/${archive%.tgz}" --strip-components 1 --no-same-owner
done
make -C parser parser SOURCES=/work/sources >&2
cat parser/build/sandmill-parser
SCRIPT
}

# Answers the flag that makes a JVM use the program; nothing where there is none.
parser_flag() {
  local program
  program=$(parser_program)
  [[ ! -s $program ]] || echo "-Dsandmill.parser=$program"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  # shellcheck source=/dev/null # the file beside this one
  source "$(dirname "${BASH_SOURCE[0]}")/all.sh"
  mkdir -p "$STATE_DIR/logs" "$STATE_DIR/tmp"
  ensure_parser
  parser_flag
fi
