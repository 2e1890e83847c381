# shellcheck shell=bash
# Comparing versions by number.

# major_of_version VERSION: 25 for "25.0.1" or "25-ea", 8 for "1.8.0_412".
major_of_version() {
  local version=${1#1.}
  [[ $version =~ ^([0-9]+) ]] || return 1
  echo "${BASH_REMATCH[1]}"
}

# version_at_least VERSION MINIMUM: part by part.
version_at_least() { [[ $1 =~ ^[0-9] && $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$2" ]]; }
