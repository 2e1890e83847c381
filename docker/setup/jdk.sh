# shellcheck shell=bash
# Finds a JDK that is new enough. Also used by ./mvnw.

JDK_MINIMUM=25

# ensure_jdk: exports JAVA_HOME, a JDK of at least $JDK_MINIMUM.
ensure_jdk() {
  local home
  home=$(find_jdk) || home=$(install_jdk) || die "no JDK $JDK_MINIMUM or newer here (looked at JAVA_HOME, the java on the path and the usual folders): install one, for example Eclipse Temurin $JDK_MINIMUM, and set JAVA_HOME to it"
  export JAVA_HOME=$home
}

find_jdk() {
  local java candidate
  if [[ -n ${JAVA_HOME:-} ]] && is_wanted_jdk "$JAVA_HOME"; then
    echo "$JAVA_HOME"
    return
  fi
  if java=$(command -v java); then
    candidate=$(dirname "$(dirname "$(readlink -f "$java" 2>/dev/null || echo "$java")")")
    if is_wanted_jdk "$candidate"; then
      echo "$candidate"
      return
    fi
  fi
  lowest_wanted_jdk /usr/lib/jvm/* /usr/java/* /usr/local/lib/jvm/* /opt/*jdk* /opt/java/* /opt/jvm/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* \
    "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
}

# Of several, the one nearest to what the project is built for.
lowest_wanted_jdk() {
  local candidate major best='' best_major=0
  for candidate in "$@"; do
    is_wanted_jdk "$candidate" || continue
    major=$(jdk_major "$candidate")
    if [[ -z $best ]] || ((major < best_major)); then
      best=$candidate best_major=$major
    fi
  done
  [[ -n $best ]] && echo "$best"
}

is_wanted_jdk() {
  local major
  [[ -x $1/bin/javac ]] || return 1
  major=$(jdk_major "$1") && ((major >= JDK_MINIMUM))
}

# jdk_major HOME: 25 for "25.0.1" or "25-ea", 8 for "1.8.0_412", from the JDK's release file or its own word.
jdk_major() {
  local version=''
  [[ -r $1/release ]] && version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$1/release")
  [[ -n $version ]] || version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
  major_of_version "$version"
}

# Newer Debian and Ubuntu have it as a package.
install_jdk() {
  local package=openjdk-$JDK_MINIMUM-jdk-headless
  can_install && apt-cache show "$package" >/dev/null 2>&1 || return
  run_step "Installing $package" "$STATE_DIR/logs/install-jdk.log" install_packages "$package" || return
  find_jdk
}
