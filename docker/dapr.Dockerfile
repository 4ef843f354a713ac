# One program of Dapr, laid out as Dapr's chart expects it. The build context is made by `dapr-perf docker-build` and
# holds only the program.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY * /
USER 65532:65532
