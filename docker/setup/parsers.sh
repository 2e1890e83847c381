# shellcheck shell=bash
# Tree-sitter and the grammars that static validation reads programs with, compiled for this machine with the
# optimisation that the natives of the Java binding lack: large programs are parsed in a third of the time. The
# sources come from npm, pinned by hash; the compiler is the one of the image that compiles the init.
# Without npm, network or compiler everything works the same, only slower.

# The grammars' versions are those of the Java binding in pom.xml, so that both give the same trees.
PARSER_SOURCES=(
  "tree-sitter 0.25.0 016448ee8e2c23aed7e1155c118cd66cd026e6436f7394b3f3606d30bf9aaa4a"
  "tree-sitter-python 0.25.0 63b76b3fa8181fd79eaad4abcdb21e2babcb504dbfc7710a89934fa456d26096"
  "tree-sitter-javascript 0.25.0 6214ce23d03aba525ba8edd6ca7caf365c969f2c2dbfc353e376ca54507ffb92"
  "tree-sitter-typescript 0.23.2 0fdf63c35930a75885145d75ee63cb879da2d49db9bfe454bd8e60b08ba778a1"
  "tree-sitter-bash 0.23.3 10f4d67f56e07bc6cc34c49afb34e232269c1e0a19933880dfdb5dd738a8fc7d"
)
PARSER_DOWNLOAD_SECONDS=60

# ensure_parsers: the library is compiled, or a note says why not. Never fails: it is a matter of speed only.
ensure_parsers() {
  [[ $(uname -s) == Linux ]] || return 0
  [[ ! -s $(parser_library) ]] || return 0
  have_command npm || {
    say_note "npm is missing: programs are parsed with the slower library"
    return 0
  }
  run_step "Compiling the parsers" "$STATE_DIR/logs/parsers.log" compile_parsers "$(parser_library)" ||
    say_note "programs are parsed with the slower library; the next ./sandmill up tries again"
}

# Its name changes with whatever it is made of.
parser_library() {
  echo "$STATE_DIR/parsers/$(
    { printf '%s\n' "${PARSER_SOURCES[@]}" && parser_build_script && uname -m; } | short_hash
  ).so"
}

# compile_parsers FILE
compile_parsers() {
  local work=$STATE_DIR/tmp/parsers name version hash source
  rm -rf "$work"
  mkdir -p "$work" "$(dirname "$1")" || return
  for source in "${PARSER_SOURCES[@]}"; do
    read -r name version hash <<<"$source"
    fetch_parser_source "$name" "$version" "$hash" "$work/$name.tgz" || return
  done
  ensure_init_builder || return
  # As streams, because the engine may be on another machine. Nothing of the sources runs.
  tar -C "$work" -cf - . | docker run --rm --interactive --network none --memory 1g --pids-limit 64 \
    --cap-drop ALL --cap-add DAC_OVERRIDE --tmpfs /work:exec,size=512m "$INIT_BUILDER_IMAGE" \
    sh -euc "$(parser_build_script)" >"$1.new" || return
  [[ -s $1.new ]] && mv -f "$1.new" "$1" && rm -rf "$work"
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

# Reads the archives from stdin as a tar, writes the library to stdout.
parser_build_script() {
  cat <<'SCRIPT'
cd /work
tar -xf - --no-same-owner
for archive in *.tgz; do
  mkdir "${archive%.tgz}"
  tar -xzf "$archive" -C "${archive%.tgz}" --strip-components 1 --no-same-owner
done
core=tree-sitter/vendor/tree-sitter/lib
flags="-O2 -fPIC -fno-semantic-interposition -w"
gcc $flags -I $core/include -I $core/src -c $core/src/lib.c -o core.o
for grammar in tree-sitter-python tree-sitter-javascript tree-sitter-typescript/typescript tree-sitter-bash; do
  name=$(basename $grammar)
  gcc $flags -I $grammar/src -c $grammar/src/parser.c -o "$name-parser.o"
  gcc $flags -I $grammar/src -c $grammar/src/scanner.c -o "$name-scanner.o"
done
gcc -shared -o parsers.so ./*.o >&2
cat parsers.so
SCRIPT
}

# Answers the flag that makes a JVM use the library; nothing where there is none.
parser_flag() {
  local library
  library=$(parser_library)
  [[ ! -s $library ]] || echo "-Dsandmill.syntax.library=$library"
}
