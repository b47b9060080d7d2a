import { mutations, topicCorpus, under } from "../../corpus.ts";
import { container, pod } from "./objects.ts";

const second = { name: "other", image: "a:1" };

export const podContainers = topicCorpus(
  "v1/Pod",
  "containers",
  mutations(pod, {
    "spec.containers": [undefined, [], [{}], [pod.spec.containers[0], second], [second, second]],
    ...under(container, {
      name: ["", "Web", "a.b", "x".repeat(64)],
      image: ["", " a", "a ", "a", "a:latest", "a@sha256:1", "a:5000/b", "a/b:c", "A B"],
      imagePullPolicy: ["Always", "Never", "Other", ""],
      command: [["a"], []],
      workingDir: ["/a"],
      terminationMessagePath: ["/a", "a"],
      terminationMessagePolicy: ["FallbackToLogsOnError", "Other", ""],
      stdin: [true],
      tty: [true],
      restartPolicy: ["Always", "Never", "OnFailure", "Other", ""],
      restartPolicyRules: [
        [{ action: "Restart", exitCodes: { operator: "In", values: [1] } }],
        [{ action: "Other", exitCodes: { operator: "Other" } }],
        [{ action: "Restart" }],
      ],
      "rules with a policy": {
        restartPolicy: "Never",
        restartPolicyRules: [
          { action: "Restart", exitCodes: { operator: "NotIn", values: [1] } },
          { action: "RestartAllContainers", exitCodes: { operator: "In", values: [2] } },
        ],
      },
      "broken rules with a policy": {
        restartPolicy: "Never",
        restartPolicyRules: [{ action: "Other", exitCodes: { operator: "Other" } }, { action: "Restart" }],
      },
      "too many rules": {
        restartPolicy: "Never",
        restartPolicyRules: Array.from({ length: 21 }, () => ({
          action: "Restart",
          exitCodes: { operator: "In", values: [1] },
        })),
      },
      "too many exit codes": {
        restartPolicy: "Never",
        restartPolicyRules: [
          {
            action: "Restart",
            exitCodes: { operator: "In", values: Array.from({ length: 256 }, (_, code) => code) },
          },
        ],
      },
      resizePolicy: [
        [{ resourceName: "cpu", restartPolicy: "NotRequired" }],
        [{ resourceName: "memory", restartPolicy: "RestartContainer" }],
        [{ resourceName: "other", restartPolicy: "Other" }],
        [{ resourceName: "", restartPolicy: "" }],
        [
          { resourceName: "cpu", restartPolicy: "NotRequired" },
          { resourceName: "cpu", restartPolicy: "NotRequired" },
        ],
      ],
      ports: [
        [{ containerPort: 80 }],
        [{ containerPort: 0 }],
        [{}],
        [{ containerPort: 70000, hostPort: 70000 }],
        [{ containerPort: -1, hostPort: -1 }],
        [{ containerPort: 80, name: "Http" }],
        [{ containerPort: 80, name: "a--b" }],
        [{ containerPort: 80, name: "-1" }],
        [{ containerPort: 80, name: "x".repeat(16) }],
        [{ containerPort: 80, name: "x_y_" }],
        [{ containerPort: 80, protocol: "Other" }],
        [{ containerPort: 80, protocol: "SCTP", hostPort: 81, hostIP: "10.0.0.1" }],
        [{ containerPort: 80, hostIP: "10.0.0.1" }],
        [
          { containerPort: 80, name: "a" },
          { containerPort: 81, name: "a" },
        ],
        [{ containerPort: 80 }, { containerPort: 80 }],
        [{ containerPort: 80, hostPort: 8080 }, { containerPort: 80 }],
        [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 81, hostPort: 80 },
        ],
        [
          { containerPort: 80, hostPort: 80, hostIP: "10.0.0.1" },
          { containerPort: 80, hostPort: 80 },
        ],
        [
          { containerPort: 80, hostPort: 80, hostIP: "10.0.0.1" },
          { containerPort: 80, hostPort: 80, hostIP: "10.0.0.2" },
        ],
      ],
    }),
    "a restart while the Pod never restarts": {
      "spec.restartPolicy": "Never",
      "spec.containers[0].resizePolicy": [{ resourceName: "cpu", restartPolicy: "RestartContainer" }],
    },
    "a port of the host's network": {
      "spec.hostNetwork": true,
      "spec.containers[0].ports": [{ containerPort: 80 }, { containerPort: 81, hostPort: 82 }],
    },
    "the same port name in two containers": {
      "spec.containers": [
        { name: "a", image: "a", ports: [{ name: "http", containerPort: 80 }] },
        { name: "b", image: "b", ports: [{ name: "http", containerPort: 81 }] },
      ],
    },
    "the same host port in two containers": {
      "spec.containers": [
        { name: "a", image: "a", ports: [{ containerPort: 80, hostPort: 80 }] },
        { name: "b", image: "b", ports: [{ containerPort: 80, hostPort: 80 }] },
      ],
    },
    "spec.initContainers": [
      [{ name: "first", image: "a" }],
      [{ name: "web", image: "a" }],
      [{ name: "", image: "" }],
      [
        { name: "a", image: "a" },
        { name: "a", image: "a" },
      ],
      [{ name: "a", image: " a" }],
      [{ name: "a", image: "a", restartPolicy: "Always" }],
      [{ name: "a", image: "a", restartPolicy: "Never" }],
      [{ name: "a", image: "a", restartPolicy: "Other" }],
      [{ name: "a", image: "a", restartPolicy: "" }],
      [
        {
          name: "a",
          image: "a",
          lifecycle: { preStop: { exec: { command: ["a"] } } },
          livenessProbe: { exec: { command: ["a"] } },
          readinessProbe: { exec: { command: ["a"] } },
          startupProbe: { exec: { command: ["a"] } },
        },
      ],
      [
        {
          name: "a",
          image: "a",
          restartPolicy: "Always",
          lifecycle: { preStop: { exec: {} } },
          livenessProbe: { successThreshold: 2, exec: { command: ["a"] } },
          readinessProbe: { tcpSocket: { port: 0 } },
          startupProbe: {},
        },
      ],
      [{ name: "a", image: "a", resizePolicy: [{ resourceName: "cpu", restartPolicy: "RestartContainer" }] }],
      [
        {
          name: "a",
          image: "a",
          restartPolicy: "Always",
          resizePolicy: [{ resourceName: "cpu", restartPolicy: "RestartContainer" }],
        },
      ],
      [
        {
          name: "a",
          image: "a",
          ports: [
            { containerPort: 80, hostPort: 80 },
            { containerPort: 80, hostPort: 80 },
          ],
        },
      ],
      [{ name: "a", image: "a", restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In" } }] }],
      [{ name: "a", image: "a", resources: { limits: { cpu: "1" } } }],
    ],
  }),
);
