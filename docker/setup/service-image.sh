#!/usr/bin/env bash
# The images of docker/compose.yaml and of the Helm chart: sandmill/service, sandmill/redis and sandmill/prometheus,
# each on the ground of the sandbox images, so that no registry is needed. Run by itself: docker/setup/service-image.sh

JAVA_MODULES=java.se,jdk.compiler,jdk.crypto.cryptoki,jdk.incubator.vector,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs
SERVICE_TAG=${SANDMILL_IMAGE_TAG:-current}

build_service_images() {
  local work=$STATE_DIR/tmp/service-image parser
  ensure_base_image || return
  ensure_runtime || return
  rm -rf "$work"
  mkdir -p "$work/app" || return
  cp -R "$RUNTIME_DIR/lib" "$RUNTIME_DIR/images" "$RUNTIME_DIR/seccomp" "$work/app/" || return
  run_step "Linking the Java runtime" "$STATE_DIR/logs/jlink.log" "$JAVA_HOME/bin/jlink" --add-modules "$JAVA_MODULES" \
    --strip-debug --no-header-files --no-man-pages --output "$work/java" || return
  # A static program; without it the service reads programs with a parser in a JVM of its own.
  parser=$(parser_program)
  : >"$work/app/options"
  if [[ -s $parser ]]; then
    cp "$parser" "$work/app/parser" && echo "-Dsandmill.parser=/opt/sandmill/parser" >"$work/app/options" || return
  fi
  cp "$ROOT_DIR/docker/service/Dockerfile" "$work/" || return
  run_step "Building the service's image" "$STATE_DIR/logs/image-service.log" \
    docker_build "$work" Dockerfile "sandmill/service:$SERVICE_TAG" "$(basename "$RUNTIME_DIR")" "BASE=$BASE_IMAGE" || return
  rm -rf "$work"
  build_companion_image redis && build_companion_image prometheus
}

# build_companion_image NAME
build_companion_image() {
  local content
  content=$(folder_hash "$ROOT_DIR/docker/service/$1.Dockerfile")
  image_is_current "sandmill/$1:$SERVICE_TAG" "$content" && return
  run_step "Building the image of $1" "$STATE_DIR/logs/image-$1.log" \
    docker_build "$ROOT_DIR/docker/service" "$1.Dockerfile" "sandmill/$1:$SERVICE_TAG" "$content" "BASE=$BASE_IMAGE"
}

# What docker/compose.yaml needs besides, made once: secrets of this machine, which git ignores.
write_compose_settings() (
  umask 077
  cd "$ROOT_DIR/docker" || exit
  mkdir -p secrets
  # Readable by whoever it is mounted for; the folder is its owner's alone.
  [[ -s secrets/admin.key ]] || { echo "smk_$(head -c 32 /dev/urandom | base64 -w 0 | tr '+/' '-_' | tr -d =)" >secrets/admin.key && chmod 444 secrets/admin.key; }
  [[ -s .env ]] || printf 'REDIS_PASSWORD=%s\nGRAFANA_PASSWORD=%s\nDOCKER_GID=%s\nSANDMILL_IMAGE_TAG=%s\n' "$(random_hex 24)" \
    "$(random_hex 12)" "$(stat -c %g /var/run/docker.sock 2>/dev/null || echo 0)" "$SERVICE_TAG" >.env
)

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  # shellcheck source=/dev/null # the file beside this one
  source "$(dirname "${BASH_SOURCE[0]}")/all.sh"
  ensure_jdk
  build_service_images
  write_compose_settings
  say_done "Images sandmill/service, sandmill/redis and sandmill/prometheus, tag $SERVICE_TAG"
fi
