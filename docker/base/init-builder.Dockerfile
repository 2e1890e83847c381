# Compiles the containers' init, so that the machine itself needs no compiler.
ARG BASE=sandmill/base:bookworm
FROM ${BASE}
RUN set -eu; \
    apt-get update -qq; \
    apt-get install -y -qq --no-install-recommends gcc libc6-dev make; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/*
