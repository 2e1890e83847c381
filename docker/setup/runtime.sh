# shellcheck shell=bash
# The program: built when its sources changed, and installed apart from the build's own folders, so that a
# later build or test run never takes a jar from under a running process.

# ensure_runtime: $STATE_DIR/app/<fingerprint> is whole and `current` points to it. Sets RUNTIME_DIR.
ensure_runtime() {
  local fingerprint
  fingerprint=$(sources_fingerprint)
  RUNTIME_DIR=$STATE_DIR/app/$fingerprint
  if [[ ! -d $RUNTIME_DIR ]]; then
    # Jars of an earlier version of a library would otherwise stay on the class path.
    rm -rf "$ROOT_DIR/orchestrator/target/app" "$ROOT_DIR/bench/target/app"
    run_step "Building Sandmill" "$STATE_DIR/logs/build.log" build_program || return
    install_runtime "$RUNTIME_DIR" || return
  fi
  ln -sfn "$fingerprint" "$STATE_DIR/app/current.new"
  mv -fT "$STATE_DIR/app/current.new" "$STATE_DIR/app/current"
}

build_program() { "$ROOT_DIR/mvnw" -B --no-transfer-progress -Dstyle.color=never -f "$ROOT_DIR/pom.xml" -DskipTests package; }

# One hash over everything that the installed program and the images are made of, whether git knows it or not.
sources_fingerprint() {
  (
    cd "$ROOT_DIR" || exit
    local sources=()
    shopt -s nullglob # a pattern without a match vanishes
    sources=(pom.xml* mvnw* */pom.xml */src/main docker/images* docker/seccomp* docker/base* docker/init* docker/parser*)
    find "${sources[@]}" -type f -not -path '*/build/*' -not -path '*/target/*' -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum | short_hash
  )
}

# install_runtime FOLDER: complete or not there at all.
install_runtime() {
  local new=$STATE_DIR/app/.new jar
  rm -rf "$STATE_DIR"/app/.new*
  mkdir -p "$new/lib" "$new/images"
  cp "$ROOT_DIR"/orchestrator/target/app/lib/*.jar "$new/lib/" || return
  jar=$(program_jar orchestrator) || return
  cp "$jar" "$new/lib/" || return
  if compgen -G "$ROOT_DIR/bench/target/app/lib/*.jar" >/dev/null && jar=$(program_jar bench); then
    mkdir -p "$new/bench/lib"
    cp "$ROOT_DIR"/bench/target/app/lib/*.jar "$jar" "$new/bench/lib/" || return
  fi
  cp -R "$ROOT_DIR/docker/images/." "$new/images/" || return
  mkdir -p "$new/seccomp"
  cp "$ROOT_DIR/docker/seccomp/sandmill.json" "$new/seccomp/" || return
  mv -T "$new" "$1"
}

program_jar() {
  local jar
  for jar in "$ROOT_DIR/$1/target/$1"-*.jar; do
    [[ $jar != *-tests.jar && $jar != *-sources.jar && $jar != *-javadoc.jar && -f $jar ]] || continue
    echo "$jar"
    return
  done
  say_failed "the build left no $1/target/$1-*.jar"
  return 1
}

# Old ones go, but for those that a process (the service, a long search, a benchmark) still runs from.
remove_old_runtimes() {
  local folder
  for folder in "$STATE_DIR"/app/*/; do
    folder=${folder%/}
    [[ -L $folder || $folder == "$RUNTIME_DIR" ]] && continue
    grep -qsF "$folder/" /proc/[0-9]*/cmdline || rm -rf "$folder"
  done
}
