#!/usr/bin/env bash
# The sandbox images: base, the containers' init and one image per language, each built only when what it is
# made of changed. Sourced by the launcher; run by itself it builds all of them: docker/setup/images.sh
#
# Every image carries the hash of its ingredients in the label dev.sandmill.content, so that "is it current?"
# is one inspect. An image gets its name only when it is whole: an interrupted build is simply done again.

BASE_IMAGE=sandmill/base:bookworm
BOOTSTRAP_IMAGE=sandmill/bootstrap:bookworm
IMAGE_TAG=${SANDMILL_IMAGE_TAG:-current}
INIT_BUILDER_IMAGE=sandmill/init-builder:$IMAGE_TAG
INIT_IMAGE=sandmill/init:$IMAGE_TAG
REGISTRY_BASE_IMAGE=debian:bookworm-slim
REGISTRY_PATIENCE_SECONDS=20

# ensure_images: makes every image current. Needs a Docker engine that answers.
ensure_images() {
  local languages
  mkdir -p "$STATE_DIR/logs"
  mapfile -t languages < <(language_names)
  hold_lock images "another ./sandmill is building the sandbox images"
  ensure_base_image || return
  ensure_init_image || return
  ensure_language_images "${languages[@]}" || return
  release_lock images
  say_done "Sandbox images: ${languages[*]}"
}

# The languages that have an image, one per line.
language_names() {
  local folder
  for folder in "$ROOT_DIR"/docker/images/*/; do
    basename "$folder"
  done
}

ensure_base_image() {
  local content
  content=$(folder_hash "$ROOT_DIR/docker/base/Dockerfile" "$ROOT_DIR/docker/base/harden")
  image_is_current "$BASE_IMAGE" "$content" && return
  local from=$REGISTRY_BASE_IMAGE
  if ! docker image inspect "$from" >/dev/null 2>&1 && ! pull_registry_base; then
    from=$BOOTSTRAP_IMAGE
    docker image inspect "$from" >/dev/null 2>&1 || bootstrap_debian || return
  fi
  run_step "Building the base image from $from" "$STATE_DIR/logs/image-base.log" \
    docker_build "$ROOT_DIR/docker/base" Dockerfile "$BASE_IMAGE" "$content" "BASE=$from"
}

pull_registry_base() {
  say_progress "Asking the image registry for $REGISTRY_BASE_IMAGE" 0
  timeout "$REGISTRY_PATIENCE_SECONDS" docker pull --quiet "$REGISTRY_BASE_IMAGE" \
    >"$STATE_DIR/logs/image-pull.log" 2>&1 </dev/null
}

ensure_init_image() {
  local content builder
  builder=$(builder_hash)
  content=$(printf '%s %s %s' "$builder" "$(folder_hash "$ROOT_DIR/docker/base/init.Dockerfile")" \
    "$(init_sources_hash)" | short_hash)
  image_is_current "$INIT_IMAGE" "$content" && return
  image_is_current "$INIT_BUILDER_IMAGE" "$builder" ||
    run_step "Building the image that compiles the init" "$STATE_DIR/logs/image-init-builder.log" \
      ensure_init_builder || return
  run_step "Compiling the containers' init" "$STATE_DIR/logs/image-init.log" \
    docker_build "$ROOT_DIR/docker/init" "$ROOT_DIR/docker/base/init.Dockerfile" "$INIT_IMAGE" "$content" \
    "BUILDER=$INIT_BUILDER_IMAGE" || return
  # The old builder keeps the compiler's stage as an image without a name.
  docker image prune --force --filter label=dev.sandmill.stage=build >/dev/null
}

ensure_init_builder() {
  local builder
  builder=$(builder_hash)
  image_is_current "$INIT_BUILDER_IMAGE" "$builder" ||
    docker_build "$ROOT_DIR/docker/base" init-builder.Dockerfile "$INIT_BUILDER_IMAGE" "$builder" "BASE=$BASE_IMAGE"
}

builder_hash() {
  folder_hash "$ROOT_DIR/docker/base/init-builder.Dockerfile" "$ROOT_DIR/docker/base/Dockerfile"
}

# What the init is compiled from: everything in its folder but what make left there.
init_sources_hash() {
  local files=()
  mapfile -t files < <(find "$ROOT_DIR/docker/init" -type f -not -path '*/build/*' -not -path '*/target/*' | LC_ALL=C sort)
  ((${#files[@]} > 0)) || die "docker/init holds no sources: the checkout is not whole"
  folder_hash "${files[@]}"
}

# ensure_language_images LANGUAGE...: sandmill/LANGUAGE:HASH and :TAG, labelled with the language's version.
ensure_language_images() {
  local language content wanted=()
  for language in "$@"; do
    content=$(language_content "$language")
    image_is_current "sandmill/$language:$IMAGE_TAG" "$content" && continue
    if image_is_current "sandmill/$language:$content" "$content"; then
      docker tag "sandmill/$language:$content" "sandmill/$language:$IMAGE_TAG" || return
    else
      wanted+=("$language")
    fi
  done
  ((${#wanted[@]} > 0)) || return 0
  # Through 9 every finished image is told on the terminal, while the step's own output goes into its log.
  run_step "Building the images for ${wanted[*]}" "$STATE_DIR/logs/images.log" \
    build_language_images "${wanted[@]}" 9>&2
}

# Two at a time, because downloading and unpacking take turns. After a failure no other is begun.
build_language_images() {
  local claims language failed=''
  claims=$(mktemp -d) || return
  build_unclaimed_images "$claims" "$@" &
  build_unclaimed_images "$claims" "$@" &
  wait
  [[ ! -e $claims/failed ]] || failed=$(cat "$claims/failed")
  rm -rf "$claims"
  for language in $failed; do
    tail -n 9 "$STATE_DIR/logs/image-$language.log"
    echo "The image for $language could not be built. Its whole log is in $STATE_DIR/logs/image-$language.log"
  done
  [[ -z $failed ]]
}

# Who makes a recipe's folder builds all images of that recipe: the second comes out of the cache then.
build_unclaimed_images() {
  local claims=$1 language recipe started
  local -A own=()
  shift
  for language in "$@"; do
    [[ ! -e $claims/failed ]] || return 0
    recipe=$(short_hash <"$ROOT_DIR/docker/images/$language/Dockerfile")
    if [[ -z ${own[$recipe]:-} ]]; then
      mkdir "$claims/$recipe" 2>/dev/null || continue
      own[$recipe]=yes
    fi
    started=$SECONDS
    if build_language_image "$language" >"$STATE_DIR/logs/image-$language.log" 2>&1; then
      say_done "Image for $language ($((SECONDS - started)) s)" 2>&9
    else
      echo "$language" >>"$claims/failed"
    fi
  done
}

language_content() {
  local files=() folder=$ROOT_DIR/docker/images/$1
  mapfile -t files < <(find "$folder" -type f | LC_ALL=C sort)
  printf '%s %s %s' "$(folder_hash "${files[@]}")" "$(image_content "$BASE_IMAGE")" "$(image_content "$INIT_IMAGE")" |
    short_hash
}

# Two builds: the image itself, then its labels, because only the image can say which version it holds.
build_language_image() {
  local language=$1 folder=$ROOT_DIR/docker/images/$1 content version command unlabelled
  content=$(language_content "$language")
  unlabelled=sandmill/$language:unlabelled-$content
  command=$(sed -n 's/^versionCommand:[[:space:]]*//p' "$folder/language.yaml")
  [[ $command == \[*\] ]] || {
    echo "docker/images/$language/language.yaml: versionCommand must be a JSON array on one line, not '$command'"
    return 1
  }
  DOCKER_BUILDKIT=0 docker build --network host --force-rm --build-arg "BASE=$BASE_IMAGE" \
    --build-arg "INIT=$INIT_IMAGE" --tag "$unlabelled" "$folder" || return
  printf 'FROM %s\nENTRYPOINT []\nCMD %s\n' "$unlabelled" "$command" |
    DOCKER_BUILDKIT=0 docker build --force-rm --tag "$unlabelled-version" - || return
  version=$(docker run --rm --network none "$unlabelled-version") || return
  [[ $version =~ ^[0-9A-Za-z.+_-]{1,64}$ ]] || {
    echo "versionCommand of $language answered '$version', which is no version"
    return 1
  }
  printf 'FROM %s\n' "$unlabelled" | DOCKER_BUILDKIT=0 docker build --force-rm \
    --label "dev.sandmill.language=$language" --label "dev.sandmill.version=$version" \
    --label "dev.sandmill.content=$content" --tag "sandmill/$language:$content" - || return
  docker rmi "$unlabelled-version" "$unlabelled" || return
  docker tag "sandmill/$language:$content" "sandmill/$language:$IMAGE_TAG"
}

# docker_build CONTEXT DOCKERFILE TAG CONTENT BUILD_ARG: the old builder, which every engine since 20.10 has.
docker_build() {
  local context=$1 dockerfile=$2 tag=$3 content=$4 argument=$5
  [[ $dockerfile == /* ]] || dockerfile=$context/$dockerfile
  DOCKER_BUILDKIT=0 docker build --network host --force-rm --file "$dockerfile" --build-arg "$argument" \
    --label "dev.sandmill.content=$content" --tag "$tag" "$context"
}

image_content() { docker image inspect --format '{{index .Config.Labels "dev.sandmill.content"}}' "$1" 2>/dev/null; }

image_is_current() { [[ $(image_content "$1") == "$2" ]]; }

# folder_hash FILE...: one hash over names, modes and bytes, the same in every checkout.
folder_hash() {
  local file
  for file in "$@"; do
    [[ -x $file ]] && printf 'x '
    printf '%s ' "${file#"$ROOT_DIR"/}"
    sha256sum <"$file"
  done | short_hash
}

short_hash() { sha256sum | cut -c 1-16; }

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  # shellcheck source=/dev/null # the file beside this one
  source "$(dirname "${BASH_SOURCE[0]}")/all.sh"
  ensure_images
fi
