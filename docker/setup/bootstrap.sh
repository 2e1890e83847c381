# shellcheck shell=bash
# A Debian base image without an image registry: debootstrap, cleaned, imported.

DEBIAN_RELEASE=bookworm

# bootstrap_debian: makes $BOOTSTRAP_IMAGE. Needs root, because a root file system has files of many owners.
bootstrap_debian() {
  if ((EUID != 0)); then
    say_failed "no image registry answers, and building the base image from Debian's packages needs root: run ./sandmill up as root, or make $REGISTRY_BASE_IMAGE available to Docker"
    return 1
  fi
  ensure_package debootstrap debootstrap debian-archive-keyring || return
  run_step "Building Debian $DEBIAN_RELEASE from its packages" "$STATE_DIR/logs/debootstrap.log" \
    bootstrap_and_import
}

# In a mount namespace of its own, so that an interrupted run leaves no mounted /proc behind in the folder.
bootstrap_and_import() {
  local work=$STATE_DIR/tmp/debian mirror
  rm -rf --one-file-system "$work"
  mkdir -p "$work"
  mirror=$(debian_sources | awk '$2 == "'$DEBIAN_RELEASE'" { print $1; exit }')
  echo "mirror: ${mirror:-debootstrap\'s own}"
  # shellcheck disable=SC2086 # no mirror means no argument
  unshare --mount --propagation private \
    debootstrap --variant=minbase "$DEBIAN_RELEASE" "$work/root" $mirror || {
    tail -n 20 "$work/root/debootstrap/debootstrap.log" 2>/dev/null
    return 1
  }
  write_debian_sources "$work/root/etc/apt/sources.list"
  clean_debian_root "$work/root"
  tar --numeric-owner -C "$work/root" -cf "$work/root.tar" . || return
  docker import --change 'CMD ["/bin/sh"]' "$work/root.tar" "$BOOTSTRAP_IMAGE" || return
  rm -rf --one-file-system "$work"
}

# The machine's own Debian mirrors: "URI SUITE" for each suite of the release, from its apt configuration.
debian_sources() {
  command -v apt-get >/dev/null || return 0
  # shellcheck disable=SC2016 # apt expands these
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk -v release="$DEBIAN_RELEASE" '$3 == "main" && ($2 == release || index($2, release "-") == 1) { print $1, $2 }'
}

# The security and update suites come with the machine's mirrors; without them debootstrap's own line stays.
write_debian_sources() {
  local sources
  sources=$(debian_sources | awk '{ print "deb", $1, $2, "main" }')
  [[ -z $sources ]] || printf '%s\n' "$sources" >"$1"
}

clean_debian_root() {
  rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/var/log/* "$1"/debootstrap \
    "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/usr/share/locale/* "$1"/etc/hostname "$1"/etc/resolv.conf
  # No daemon starts while packages are installed in a build.
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
  printf 'path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\npath-exclude /usr/share/locale/*\n' \
    >"$1/etc/dpkg/dpkg.cfg.d/no-documents"
  find "$1" -xdev \( -type f -o -type d \) -perm /6000 -exec chmod a-s {} +
}
