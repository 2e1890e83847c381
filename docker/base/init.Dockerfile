# The init alone, for the language images to copy from. The context is docker/init.
ARG BUILDER=sandmill/init-builder:current
FROM ${BUILDER} AS build
LABEL dev.sandmill.stage=build
COPY . /source
RUN make -C /source clean static python node && \
    install -D -o root -g root -m 0555 /source/build/sandmill-init /out/sandmill/init && \
    install -D -o root -g root -m 0444 /source/build/warm.so /out/sandmill/python/warm.so && \
    install -o root -g root -m 0444 /source/python/zygote.py /out/sandmill/python/zygote.py && \
    install -D -o root -g root -m 0444 /source/build/node.so /out/sandmill/node/node.so && \
    install -o root -g root -m 0444 /source/node/zygote.js /out/sandmill/node/zygote.js
FROM scratch
COPY --from=build /out/ /
