import type { PodObservation } from "@catalyst/ports/containers";
import type { ContainerStatus, Pod } from "@catalyst/ports/kubernetes";
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
} from "../../testing/pod-facts.ts";
import type { PodMemory } from "../memory.ts";
import { podStatus } from "./status.ts";

const probed = { ...main, readinessProbe: { tcpSocket: { port: 1 } } };
const never = { restartPolicy: "Never" };

describe("the phase of a Pod, and whether it is ready", () => {
  const cases: readonly [string, Pod, PodObservation | undefined, string, string][] = [
    ["before anything runs", pod(), undefined, "Pending", "False"],
    ["without probes", pod(), seen(running("main")), "Running", "True"],
    ["before a readiness probe", pod({ containers: [probed] }), seen(running("main")), "Running", "False"],
    ["while it waits to restart", pod(), seen(exited("main", 1, 3)), "Running", "False"],
    ["after success", pod(never), seen(exited("main", 0)), "Succeeded", "False"],
    ["after failure", pod(never), seen(exited("main", 2)), "Failed", "False"],
    [
      "OnFailure, after failure",
      pod({ restartPolicy: "OnFailure" }),
      seen(exited("main", 2)),
      "Running",
      "False",
    ],
    ["an init container runs", pod({ initContainers: [init] }), seen(running("init")), "Pending", "False"],
    [
      "an init container is retried",
      pod({ initContainers: [init] }),
      seen(exited("init", 1)),
      "Pending",
      "False",
    ],
    [
      "an init container failed for good",
      pod({ ...never, initContainers: [init] }),
      seen(exited("init", 1)),
      "Failed",
      "False",
    ],
    ["a sidecar alone", pod({ initContainers: [sidecar] }), seen(running("side")), "Pending", "False"],
    [
      "a sidecar that is restarted beside the others",
      pod({ initContainers: [sidecar] }),
      seen(running("main"), exited("side", 1, 2)),
      "Running",
      "False",
    ],
    [
      "a sidecar after the others have ended",
      pod({ ...never, initContainers: [sidecar] }),
      seen(running("side"), exited("main", 0)),
      "Running",
      "False",
    ],
    [
      "a sidecar that failed while it was ended",
      pod({ ...never, initContainers: [sidecar] }),
      ended(exited("side", 137), exited("main", 0)),
      "Succeeded",
      "False",
    ],
  ];
  for (const [name, of, observation, phase, ready] of cases) {
    test(name, () => {
      const status = podStatus(factsOf(of, observation));
      expect([status.phase, conditionOf(status, "Ready")?.status]).toEqual([phase, ready]);
    });
  }

  test("of a Pod that is being deleted: by how its containers ended, whatever its restart policy", () => {
    expect(podStatus(factsOf(pod(), ended(exited("main", 143))), true).phase).toBe("Failed");
    expect(podStatus(factsOf(pod(), ended(exited("main", 0))), true).phase).toBe("Succeeded");
  });

  test("of a Pod that the node ended: its reason, and a condition for an eviction", () => {
    const memory = memoryOf();
    memory.failure = { reason: "Evicted", message: "too much", disruption: "TerminationByKubelet" };
    const status = podStatus(factsOf(pod(), seen(running("main")), memory));
    expect(status).toMatchObject({ phase: "Failed", reason: "Evicted", message: "too much" });
    expect(conditionOf(status, "DisruptionTarget")).toMatchObject({
      status: "True",
      reason: "TerminationByKubelet",
    });
  });
});

function conditionOf(status: NonNullable<Pod["status"]>, type: string) {
  return status.conditions?.find((condition) => condition.type === type);
}

describe("the conditions of a Pod", () => {
  const gated = { readinessGates: [{ conditionType: "example.com/up" }] };
  const gate = (value: string) =>
    knownPod(gated, { conditions: [{ type: "example.com/up", status: value }] });
  const cases: readonly [string, Pod, PodObservation | undefined, string, object][] = [
    [
      "name what isn't ready",
      pod({ containers: [probed] }),
      seen(running("main")),
      "ContainersReady",
      { status: "False", reason: "ContainersNotReady", message: "containers with unready status: [main]" },
    ],
    [
      "name what isn't initialized",
      pod({ initContainers: [init] }),
      seen(running("init")),
      "Initialized",
      {
        status: "False",
        reason: "ContainersNotInitialized",
        message: "containers with incomplete status: [init]",
      },
    ],
    ["say it completed", pod(never), seen(exited("main", 0)), "Initialized", { reason: "PodCompleted" }],
    ["say it failed", pod(never), seen(exited("main", 1)), "Ready", { status: "False", reason: "PodFailed" }],
    ["have a sandbox", pod(), seen(), "PodReadyToStartContainers", { status: "True" }],
    [
      "have none any more",
      pod(never),
      ended(exited("main", 0)),
      "PodReadyToStartContainers",
      { status: "False" },
    ],
    [
      "wait for a gate nobody has set",
      pod(gated),
      seen(running("main")),
      "Ready",
      {
        status: "False",
        reason: "ReadinessGatesNotReady",
        message: 'corresponding condition of pod readiness gate "example.com/up" does not exist.',
      },
    ],
    [
      "wait for a gate that is shut",
      gate("False"),
      seen(running("main")),
      "Ready",
      {
        status: "False",
        message: 'the status of pod readiness gate "example.com/up" is not "True", but False',
      },
    ],
    ["go through an open gate", gate("True"), seen(running("main")), "Ready", { status: "True" }],
  ];
  for (const [name, of, observation, type, expected] of cases) {
    test(name, () => expect(conditionOf(podStatus(factsOf(of, observation)), type)).toMatchObject(expected));
  }

  test("keep others' conditions and the time of what didn't change, and tell the generation", () => {
    const conditions = [
      { type: "example.com/up", status: "True", lastTransitionTime: "2025-01-01T00:00:00Z" },
      { type: "Ready", status: "True", lastTransitionTime: "2025-01-01T00:00:00Z" },
    ];
    const of = pod({}, { metadata: { name: "p", uid: "u", generation: 3 }, status: { conditions } });
    const status = podStatus(factsOf(of, seen(running("main"))));
    expect(status.observedGeneration).toBe(3);
    expect(status.conditions?.[0]).toEqual(conditions[0]);
    expect(conditionOf(status, "Ready")).toMatchObject({
      lastTransitionTime: "2025-01-01T00:00:00Z",
      observedGeneration: 3,
    });
  });
});

describe("the status of a container", () => {
  function statusOf(of: Pod, observation: PodObservation | undefined, memory?: PodMemory): ContainerStatus {
    const [status] = podStatus(factsOf(of, observation, memory)).containerStatuses ?? [];
    if (status === undefined) throw new Error("the Pod has a container");
    return status;
  }

  test("waits with its reason while a restart has to, and shows how it ended", () => {
    const status = statusOf(pod(), seen(exited("main", 7, 1)));
    expect(status.state?.waiting).toEqual({
      reason: "CrashLoopBackOff",
      message: "back-off 10s restarting failed container=main pod=p_n(u)",
    });
    expect([status.restartCount, status.lastState?.terminated?.exitCode]).toEqual([1, 7]);
  });

  test("is what it ended with when it isn't to start again", () => {
    expect(statusOf(pod(never), seen(exited("main", 0))).state?.terminated?.reason).toBe("Completed");
    expect(statusOf(pod(never), seen(exited("main", 3))).state?.terminated?.reason).toBe("Error");
    const killed = { ...exited("main", 137), outOfMemory: true, message: "last words" };
    expect(statusOf(pod(never), seen(killed)).state?.terminated).toMatchObject({
      reason: "OOMKilled",
      message: "last words",
    });
  });

  test("waits for init containers by another reason", () => {
    expect(statusOf(pod(), undefined).state).toEqual({ waiting: { reason: "ContainerCreating" } });
    const of = pod({ initContainers: [init] });
    expect(statusOf(of, seen()).state).toEqual({ waiting: { reason: "PodInitializing" } });
  });

  test("tells an image's failure for a moment, then that it waits for the next try", () => {
    const at = (failedAt: number) => {
      const memory = memoryOf();
      const obstacle = { reason: "ErrImagePull", message: "no such image", failures: 1 };
      memory.obstacles.set("main", { ...obstacle, failedAt, retryAt: failedAt + 10_000 });
      return statusOf(pod(), seen(), memory).state?.waiting;
    };
    expect(at(now)).toEqual({ reason: "ErrImagePull", message: "no such image" });
    expect(at(now - 2000)).toEqual({
      reason: "ImagePullBackOff",
      message: 'Back-off pulling image "i:1": ErrImagePull: no such image',
    });
  });

  test("of one that the runtime has lost says so, and counts it", () => {
    const before = { name: "main", ready: true, restartCount: 2, containerID: "main-2" };
    const state = { running: { startedAt: "2025-01-01T00:00:00Z" } };
    const status = statusOf(knownPod({}, { containerStatuses: [{ ...before, state }] }), seen());
    expect(status).toMatchObject({
      restartCount: 3,
      state: { waiting: { reason: "ContainerCreating" } },
      lastState: { terminated: { reason: "ContainerStatusUnknown", exitCode: 137 } },
    });
  });

  test("stays what it was until a start is over with its hook", () => {
    const memory = memoryOf();
    memory.starting.add("main");
    const before = {
      name: "main",
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: "PodInitializing" } },
    };
    const of = knownPod({}, { containerStatuses: [before] });
    expect(statusOf(of, seen(running("main")), memory)).toEqual(before);
  });

  test("shows what the container has until it has been given what it asks for", () => {
    const resources = { limits: { cpu: "1" } };
    const status = { name: "main", ready: true, restartCount: 0, containerID: "main-0", resources };
    const container = { ...main, resources: { limits: { cpu: "2" }, requests: { cpu: "2" } } };
    const of = knownPod({ containers: [container] }, { containerStatuses: [status] });
    expect(statusOf(of, seen(running("main")))).toMatchObject({
      resources,
      allocatedResources: { cpu: "2" },
    });
  });
});
