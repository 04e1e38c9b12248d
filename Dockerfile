# Lookalike's service as a container:
#
#   docker build -t lookalike .                          for processors (target `cpu`)
#   docker build -t lookalike:cuda --target cuda .       for NVIDIA GPUs (x86-64)
#
# The base may be any Debian or Ubuntu with glibc 2.27 or later. A tag moves: for images that can be
# built again as they were, name it with its digest,
#   --build-arg BASE=debian:13-slim@sha256:…    (docker buildx imagetools inspect debian:13-slim)
# All else is pinned by hash: docs/deploy/image/deno.txt, deno.lock, src/tensorflow/requirements/.
ARG BASE=debian:13-slim

FROM ${BASE} AS base

# pip fetches Deno, and TensorFlow's library for Deno; none of it but those two gets further.
FROM base AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends binutils ca-certificates python3-pip \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY docs/deploy/image/deno.txt docs/deploy/image/
RUN python3 -m pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes \
    --target /opt/deno -r docs/deploy/image/deno.txt
ENV PATH=/opt/deno/bin:$PATH DENO_DIR=/app/.deno DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 \
  DENO_TLS_CA_STORE=system

# The project with the packages that serving and jobs need, and the code as JavaScript. At run time nothing
# is resolved, fetched or compiled.
FROM build AS project
COPY deno.json deno.lock LICENSE main.ts ./
COPY docs/deploy/image docs/deploy/image/
COPY routes routes/
COPY src src/
COPY train train/
RUN deno run --no-config --allow-read --allow-write=deno.json docs/deploy/image/keep_imports.ts \
  && deno install --frozen=false \
  && deno run --no-config --allow-read --allow-write=node_modules docs/deploy/image/prune_packages.ts \
  && rm -rf .deno \
  && deno cache --node-modules-dir=manual main.ts train/cli.ts train/commands/job.ts \
    docs/deploy/image/health.ts \
  && chmod -R u+w,a+rX . # npm's archives come with whatever modes their authors had
COPY --from=base /var/lib/dpkg/status /tmp/packages-of-base

# What both images are, but for TensorFlow. Only the volume and /tmp are ever written.
FROM base AS service
RUN install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/deno/bin/deno /usr/local/bin/deno
ENV DENO_DIR=/app/.deno DENO_NO_UPDATE_CHECK=1 NO_COLOR=1 HOME=/tmp \
  LOOKALIKE_HOME=/data LOOKALIKE_HOST=0.0.0.0 LOOKALIKE_PORT=8080
WORKDIR /app
VOLUME /data
EXPOSE 8080
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
  CMD ["deno", "run", "--no-config", "--allow-env", "--allow-net", "docs/deploy/image/health.ts"]
# FFI is whole as TensorFlow takes libc by its name; sys as sharp asks which libc that is, and usearch
# looks whether this is Alpine. Processes are those that decode images and those that train.
ENTRYPOINT ["deno", "run", "--no-prompt", "--cached-only", "--node-modules-dir=manual", \
  "--allow-env", "--allow-ffi", "--allow-net", "--allow-sys", \
  "--allow-run=/usr/local/bin/deno,/usr/bin/nice", \
  "--allow-read=/app,/data,/tmp,/run/secrets,/etc/alpine-release", \
  "--allow-write=/data,/tmp", "main.ts"]

FROM build AS library
COPY docs/deploy/image/install_library.ts docs/deploy/image/
COPY src/errors.ts src/files.ts src/
COPY src/tensorflow src/tensorflow/

FROM library AS library-cpu
RUN deno run --no-config --allow-all docs/deploy/image/install_library.ts cpu

FROM project AS project-cpu
RUN deno run --no-config --allow-read docs/deploy/image/bill_of_materials.ts cpu /tmp/packages-of-base \
    > sbom.json

FROM service AS cpu
ENV LOOKALIKE_DEVICE=cpu
COPY --from=library-cpu /app/.tensorflow .tensorflow/
COPY --from=project-cpu /app ./

FROM library AS library-cuda
RUN deno run --no-config --allow-all docs/deploy/image/install_library.ts cuda

FROM project AS project-cuda
RUN deno run --no-config --allow-read docs/deploy/image/bill_of_materials.ts cuda /tmp/packages-of-base \
    > sbom.json

FROM service AS cuda
ENV LOOKALIKE_DEVICE=cuda NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=library-cuda /app/.tensorflow .tensorflow/
COPY --from=project-cuda /app ./

# What is built where no target is named
FROM cpu
