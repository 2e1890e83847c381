# shellcheck shell=bash
# Debian's and Ubuntu's packages: the only things the launcher installs on the machine itself.

# ensure_package COMMAND PACKAGE...: installs the packages unless the command is there.
ensure_package() {
  local wanted=$1
  shift
  have_command "$wanted" && return
  can_install || {
    say_failed "$wanted is missing: install the package $1 ($(why_not_install))"
    return 1
  }
  run_step "Installing $*" "$STATE_DIR/logs/install-$1.log" install_packages "$@" || return
  have_command "$wanted" || {
    say_failed "the packages $* are installed, but there is no $wanted on the path"
    return 1
  }
}

# Debian's package starts a server of its own: nobody asked for that one.
ensure_prometheus() {
  have_command promtool && have_command prometheus && return
  ensure_package promtool prometheus || return
  stop_service_of_package prometheus
}

# stop_service_of_package SERVICE: what a package that was just installed may have started.
stop_service_of_package() {
  if [[ -d /run/systemd/system ]]; then
    as_root systemctl disable --now "$1" >/dev/null 2>&1 || true
  else
    as_root service "$1" stop >/dev/null 2>&1 || true
  fi
}

# Daemons live in sbin, which is not on everybody's path.
have_command() { PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin command -v "$1" >/dev/null; }

path_of_command() { PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin command -v "$1"; }

can_install() { have_command apt-get && { ((EUID == 0)) || sudo -n true 2>/dev/null; }; }

why_not_install() {
  if have_command apt-get; then
    echo "./sandmill would do it as root or with passwordless sudo"
  else
    echo "./sandmill does it by itself on Debian and Ubuntu only"
  fi
}

install_packages() {
  as_root apt-get -o DPkg::Lock::Timeout=120 update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
      install -y --no-install-recommends "$@"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo -n "$@"
  fi
}
