# Compiles the containers' init and what warm interpreters need, so that the machine itself needs no compiler.
ARG BASE=sandmill/base:bookworm
FROM ${BASE}
RUN set -eu; \
    apt-get update -qq; \
    apt-get install -y -qq --no-install-recommends gcc libc6-dev make; \
    cd /tmp; \
    apt-get download -qq libpython3.11-dev; \
    dpkg -x libpython3.11-dev_*.deb /tmp/headers; \
    mv /tmp/headers/usr/include/python3.11 /usr/include/; \
    cp -r /tmp/headers/usr/include/*-linux-gnu /usr/include/; \
    rm -rf /tmp/headers /tmp/*.deb; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/*
