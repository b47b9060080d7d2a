import type { PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { describe, expect, test } from "vitest";
import {
  ended,
  exited,
  factsOf,
  init,
  knownPod,
  main,
  memoryOf,
  now,
  podOf as pod,
  running,
  seen,
  sidecar,
} from "../testing/pod-facts.ts";
import { decidePod, type PodAction } from "./decide.ts";

function word(action: PodAction): string {
  switch (action.type) {
    case "start":
      return `start ${action.container.name}#${action.attempt}`;
    case "finish":
      return action.failure === undefined ? "finish" : `finish: ${action.failure.reason}`;
    case "stop":
      return `stop ${action.container.name}: ${action.cause}`;
    case "resize":
      return `resize ${action.container.name}`;
    default:
      return action.type;
  }
}

function stepsOf(of: Pod, observation: PodObservation | undefined): readonly string[] {
  return decidePod(factsOf(of, observation)).actions.map(word);
}

const deleted = (spec: Partial<Pod["spec"]> = {}) =>
  pod(spec, { metadata: { name: "p", namespace: "n", uid: "u", deletionTimestamp: "2026-01-01T00:00:00Z" } });
const started = (secondsAgo: number, spec: Partial<Pod["spec"]>) =>
  knownPod(spec, { startTime: new Date(now - secondsAgo * 1000).toISOString() });
const ruled = (operator: string, ...values: number[]): Container => ({
  ...main,
  restartPolicy: "Never",
  restartPolicyRules: [{ action: "Restart", exitCodes: { operator, values } }],
});
const sized = (cpu: string, more: Partial<Container> = {}): Container => ({
  ...main,
  resources: { limits: { cpu } },
  ...more,
});
const had = (cpu: string) => ({
  containerStatuses: [
    { name: "main", ready: true, restartCount: 0, containerID: "main-0", resources: { limits: { cpu } } },
  ],
});

describe("the next steps of a Pod", () => {
  const cases: readonly [string, Pod, PodObservation | undefined, readonly string[]][] = [
    ["begin with the sandbox", pod(), undefined, ["create-sandbox"]],
    ["then start the container", pod(), seen(), ["start main#0"]],
    ["are none while it runs", pod(), seen(running("main")), []],
    ["start it again at once after its first end", pod(), seen(exited("main", 1)), ["start main#1"]],
    ["wait after the second end", pod(), seen(exited("main", 1, 1, 1)), []],
    ["start it again when the wait is over", pod(), seen(exited("main", 1, 1, 10)), ["start main#2"]],
    ["don't wait for what ran long", pod(), seen(exited("main", 1, 5, 1, 601)), ["start main#6"]],
    ["start init containers first", pod({ initContainers: [init] }), seen(), ["start init#0"]],
    ["wait for a running init container", pod({ initContainers: [init] }), seen(running("init")), []],
    ["go on after it", pod({ initContainers: [init] }), seen(exited("init", 0)), ["start main#0"]],
    ["retry it when it failed", pod({ initContainers: [init] }), seen(exited("init", 1)), ["start init#1"]],
    ["go on beside a sidecar", pod({ initContainers: [sidecar] }), seen(running("side")), ["start main#0"]],
    [
      "don't repeat init containers once the others began",
      pod({ initContainers: [init] }),
      seen(running("main")),
      [],
    ],
    [
      "start a sidecar again beside containers that run",
      pod({ initContainers: [sidecar] }),
      seen(running("main"), exited("side", 1)),
      ["start side#1"],
    ],
    [
      "wait for a sidecar's startup probe",
      pod({ initContainers: [{ ...sidecar, startupProbe: { tcpSocket: { port: 1 } } }] }),
      seen(running("side")),
      [],
    ],
  ];
  for (const [name, of, observation, expected] of cases)
    test(name, () => expect(stepsOf(of, observation)).toEqual(expected));

  test("say when to look again while a wait lasts", () => {
    expect(decidePod(factsOf(pod(), seen(exited("main", 1, 2, 5)))).lookAgainAt).toBe(now + 15_000);
  });

  test("wait while a start is under way, its hook included", () => {
    const memory = memoryOf();
    memory.starting.add("side");
    const of = pod({ initContainers: [sidecar] });
    expect(decidePod(factsOf(of, seen(running("side")), memory)).actions).toEqual([]);
  });
});

describe("a Pod that may end", () => {
  const never = { restartPolicy: "Never" };
  const failedInit = { ...never, initContainers: [init] };
  const cases: readonly [string, Pod, PodObservation | undefined, readonly string[]][] = [
    ["is finished when its container ended", pod(never), seen(exited("main", 1)), ["finish"]],
    [
      "is finished when it succeeded",
      pod({ restartPolicy: "OnFailure" }),
      seen(exited("main", 0)),
      ["finish"],
    ],
    ["is finished once", pod(never), ended(exited("main", 1)), []],
    ["is finished when its init container failed", pod(failedInit), seen(exited("init", 1)), ["finish"]],
    [
      "ends its sidecars",
      pod({ ...never, initContainers: [sidecar] }),
      seen(running("side"), exited("main", 0)),
      ["finish"],
    ],
    [
      "goes on by a rule that fits",
      pod({ ...never, containers: [ruled("In", 42)] }),
      seen(exited("main", 42)),
      ["start main#1"],
    ],
    [
      "ends where no rule fits",
      pod({ ...never, containers: [ruled("In", 42)] }),
      seen(exited("main", 1)),
      ["finish"],
    ],
    [
      "goes on where a rule excludes others",
      pod({ containers: [ruled("NotIn", 42)] }),
      seen(exited("main", 1)),
      ["start main#1"],
    ],
    [
      "ends by its container's own policy",
      pod({ containers: [{ ...main, restartPolicy: "Never" }] }),
      seen(exited("main", 0)),
      ["finish"],
    ],
    [
      "ends at its deadline",
      started(60, { activeDeadlineSeconds: 60 }),
      seen(running("main")),
      ["finish: DeadlineExceeded"],
    ],
    [
      "ends at its deadline before it began",
      started(60, { activeDeadlineSeconds: 60 }),
      undefined,
      ["finish: DeadlineExceeded"],
    ],
    ["goes on before its deadline", started(59, { activeDeadlineSeconds: 60 }), seen(running("main")), []],
    ["is finished when it is deleted", deleted(), seen(running("main")), ["finish"]],
    ["is removed when nothing runs", deleted(), ended(exited("main", 143)), ["remove"]],
    ["is removed when it never began", deleted(), undefined, ["remove"]],
    ["is let be when it is over", knownPod({}, { phase: "Failed" }), ended(exited("main", 1)), []],
    [
      "is cleared up after when it was over before",
      knownPod({}, { phase: "Failed" }),
      seen(running("main")),
      ["finish"],
    ],
  ];
  for (const [name, of, observation, expected] of cases)
    test(name, () => expect(stepsOf(of, observation)).toEqual(expected));
});

describe("a Pod that a machine's restart found running", () => {
  const before = (more: object) =>
    knownPod({}, { containerStatuses: [{ name: "main", ready: true, restartCount: 3, ...more }] });
  const cases: readonly [string, Pod, PodObservation | undefined, readonly string[]][] = [
    ["gets a new sandbox", pod(), ended(exited("main", 137, 3)), ["create-sandbox"]],
    ["counts on where the API says", before({ containerID: "main-3" }), seen(), ["start main#4"]],
    ["counts on from a status that knows of the loss", before({}), seen(), ["start main#3"]],
  ];
  for (const [name, of, observation, expected] of cases)
    test(name, () => expect(stepsOf(of, observation)).toEqual(expected));
});

describe("a container whose resources change", () => {
  const restart = { resizePolicy: [{ resourceName: "cpu", restartPolicy: "RestartContainer" }] };
  const cases: readonly [string, Pod, readonly string[]][] = [
    ["is resized", knownPod({ containers: [sized("2")] }, had("1")), ["resize main"]],
    ["is left when it has them", knownPod({ containers: [sized("1")] }, had("1")), []],
    [
      "is started anew where it wants that",
      knownPod({ containers: [sized("2", restart)] }, had("1")),
      ["stop main: resize"],
    ],
  ];
  for (const [name, of, expected] of cases)
    test(name, () => expect(stepsOf(of, seen(running("main")))).toEqual(expected));
});
