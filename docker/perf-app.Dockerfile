# A perf app: one program for Node.js. The build context is made by `dapr-perf build-perf-app` and holds main.cjs.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY main.cjs /app/
ENV NODE_ENV=production
EXPOSE 3000
USER 1000:1000
ENTRYPOINT ["node", "/app/main.cjs"]
CMD []
