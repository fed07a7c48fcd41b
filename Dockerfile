# Two stages from one list of packages: built as `make build` does, run by a user of its own.
FROM debian:12 AS build
WORKDIR /source
COPY packaging packaging
RUN packaging/setup.sh build run test
COPY . .
# There is no .git in here: the revision that is written beside every model comes from outside.
ARG CONVERGE_REVISION=unknown
RUN cmake --preset release && cmake --build --preset release --target converge

FROM debian:12
COPY packaging /tmp/packaging
RUN /tmp/packaging/setup.sh run runtime && rm -rf /var/lib/apt/lists/* /tmp/packaging \
    && useradd --create-home converge && install --directory --owner=converge --group=converge /desk
COPY --from=build /source/build/release/converge /usr/local/bin/
COPY --chown=converge:converge desk /desk
USER converge
WORKDIR /desk
VOLUME /desk
# The desk can be read, its server answers, and the schema there is the one that this program was built for.
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s CMD converge status --json > /dev/null
ENTRYPOINT ["converge"]
CMD ["run", "--once"]
