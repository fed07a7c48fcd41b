# Two stages from one list of packages: build as in `make build`, run as nobody in particular.
FROM debian:12 AS build
WORKDIR /source
COPY packaging/packages.txt packaging/
RUN apt-get update && sed -nE 's/^(build|run): *//p' packaging/packages.txt \
    | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends
COPY . .
RUN cmake --preset release && cmake --build --preset release --target converge

FROM debian:12
COPY packaging/packages.txt /tmp/
RUN apt-get update && { sed -nE 's/^run: *//p' /tmp/packages.txt; sed -nE 's/^runtime: *//p' /tmp/packages.txt; } \
    | DEBIAN_FRONTEND=noninteractive xargs apt-get install -y --no-install-recommends && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home converge
COPY --from=build /source/build/release/converge /usr/local/bin/
COPY --chown=converge desk /desk
USER converge
WORKDIR /desk
VOLUME /desk
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD converge status --json > /dev/null
ENTRYPOINT ["converge"]
CMD ["run", "--once"]
