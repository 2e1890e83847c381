# Prometheus out of Debian, for machines that no registry answers.
ARG BASE=sandmill/base:bookworm
FROM ${BASE}
RUN set -eu; \
    export DEBIAN_FRONTEND=noninteractive; \
    apt-get update -qq; \
    apt-get install -y -qq --no-install-recommends prometheus; \
    apt-get clean; \
    rm -rf /var/lib/apt/lists/*; \
    install -d -o 10001 -g 10001 /data
USER 10001:10001
EXPOSE 9090
VOLUME /data
ENTRYPOINT ["/usr/bin/prometheus", "--config.file=/etc/sandmill/prometheus.yaml", "--storage.tsdb.path=/data"]
