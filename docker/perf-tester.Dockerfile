# The perf app that makes the load. The build context is made by `dapr-perf build-perf-app` and holds main.cjs and
# fortio's programs. It writes only below TMPDIR (/tmp by default): a read-only root file system needs a volume there.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY fortio* /usr/local/bin/
COPY main.cjs /app/
ENV NODE_ENV=production
EXPOSE 3001
USER 1000:1000
ENTRYPOINT ["node", "/app/main.cjs"]
CMD []
