import { mutations, topicCorpus, under } from "../../corpus.ts";
import { container, pod } from "./objects.ts";

const handlers = [
  { exec: { command: ["a"] } },
  { exec: {} },
  { httpGet: { port: 80 } },
  { httpGet: { port: "http", path: "/a", scheme: "HTTPS", host: "h" } },
  { httpGet: { port: 0 } },
  { httpGet: { port: "Bad_" } },
  { httpGet: { port: "" } },
  { httpGet: { port: 70000, scheme: "FTP" } },
  { httpGet: { port: 80, httpHeaders: [{ name: "X-A", value: "b" }] } },
  {
    httpGet: {
      port: 80,
      httpHeaders: [
        { name: "X A", value: "b" },
        { name: "", value: "" },
      ],
    },
  },
  { tcpSocket: { port: 80 } },
  { tcpSocket: { port: 0 } },
  { exec: { command: ["a"] }, tcpSocket: { port: 0 } },
  {},
];

const exec = { exec: { command: ["a"] } };

export const podProbes = topicCorpus(
  "v1/Pod",
  "probes",
  mutations(
    pod,
    under(container, {
      livenessProbe: [
        ...handlers,
        { grpc: { port: 80 } },
        { grpc: { port: 0, service: "a" } },
        { exec: { command: ["a"] }, httpGet: { port: 80 }, tcpSocket: { port: 1 }, grpc: { port: 1 } },
        { ...exec, successThreshold: 2 },
        {
          ...exec,
          initialDelaySeconds: -1,
          timeoutSeconds: -1,
          periodSeconds: -1,
          successThreshold: -1,
          failureThreshold: -1,
        },
        { ...exec, terminationGracePeriodSeconds: 0 },
        { ...exec, terminationGracePeriodSeconds: 5 },
      ],
      readinessProbe: [
        { ...exec, successThreshold: 2 },
        { ...exec, successThreshold: -1 },
        { ...exec, terminationGracePeriodSeconds: 5 },
        { ...exec, terminationGracePeriodSeconds: -5 },
        { grpc: { port: 0 } },
      ],
      startupProbe: [{ ...exec, successThreshold: 3 }, { ...exec, terminationGracePeriodSeconds: 1 }, {}],
      lifecycle: [
        {},
        ...handlers.map((preStop) => ({ preStop })),
        { postStart: {} },
        { postStart: { exec: {} }, preStop: { exec: {} } },
        { preStop: { sleep: { seconds: 0 } } },
        { preStop: { sleep: { seconds: 30 } } },
        { preStop: { sleep: { seconds: 31 } } },
        { postStart: { sleep: { seconds: -1 } } },
        { stopSignal: "SIGTERM" },
        { stopSignal: "SIGOTHER" },
      ],
    }),
  ),
);
