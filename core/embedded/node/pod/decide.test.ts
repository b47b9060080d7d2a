import type { ContainerObservation, PodObservation } from "@catalyst/ports/containers";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { describe, expect, test } from "vitest";
import { decidePod } from "./decide.ts";
import { PodMemory } from "./memory.ts";
import { podStatus } from "./status.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const identity = { cluster: "acme-dev", namespace: "n", name: "p", uid: "u" };
const main: Container = { name: "main", image: "i:1" };

function pod(spec: Partial<Pod["spec"]> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n", uid: "u" },
    spec: { containers: [main], restartPolicy: "Always", ...spec },
  };
}

function running(name: string, attempt = 0): ContainerObservation {
  return { name, id: `${name}-${attempt}`, attempt, state: "running", startedAt: now - 1000 };
}

function exited(name: string, exitCode: number, attempt = 0, secondsAgo = 0): ContainerObservation {
  const finishedAt = now - secondsAgo * 1000;
  return {
    name,
    id: `${name}-${attempt}`,
    attempt,
    state: "exited",
    startedAt: finishedAt - 500,
    finishedAt,
    exitCode,
  };
}

function seen(...containers: readonly ContainerObservation[]): PodObservation {
  return { identity, address: "10.0.0.1", containers };
}

function facts(of: Pod, observation: PodObservation | undefined, memory = new PodMemory("u")) {
  return { pod: of, observation, memory, now };
}

function stepsOf(of: Pod, observation: PodObservation | undefined): readonly string[] {
  return decidePod(facts(of, observation)).actions.map((action) =>
    action.type === "start" ? `start ${action.container.name}#${action.attempt}` : action.type,
  );
}

const init: Container = { name: "init", image: "i:1" };
const sidecar: Container = { name: "side", image: "i:1", restartPolicy: "Always" };

describe("the next steps of a Pod", () => {
  const cases: readonly [string, Pod, PodObservation | undefined, readonly string[]][] = [
    ["begin with the sandbox", pod(), undefined, ["create-sandbox"]],
    ["then start the container", pod(), seen(), ["start main#0"]],
    ["are none while it runs", pod(), seen(running("main")), []],
    ["start it again at once after its first end", pod(), seen(exited("main", 1)), ["start main#1"]],
    ["wait after the second end", pod(), seen(exited("main", 1, 1)), []],
    ["start it again when the wait is over", pod(), seen(exited("main", 1, 1, 10)), ["start main#2"]],
    ["leave a container that may not restart", pod({ restartPolicy: "Never" }), seen(exited("main", 1)), []],
    ["leave one that succeeded, OnFailure", pod({ restartPolicy: "OnFailure" }), seen(exited("main", 0)), []],
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
  ];
  for (const [name, of, observation, expected] of cases)
    test(name, () => expect(stepsOf(of, observation)).toEqual(expected));

  test("say when to look again while a wait lasts", () => {
    expect(decidePod(facts(pod(), seen(exited("main", 1, 2, 5)))).lookAgainAt).toBe(now + 15_000);
  });
});

describe("the status of a Pod", () => {
  const cases: readonly [string, Pod, PodObservation | undefined, string, string][] = [
    ["is Pending before anything runs", pod(), undefined, "Pending", "False"],
    ["is Running and ready without probes", pod(), seen(running("main")), "Running", "True"],
    [
      "is Running but not ready before its readiness probe succeeded",
      pod({ containers: [{ ...main, readinessProbe: { tcpSocket: { port: 1 } } }] }),
      seen(running("main")),
      "Running",
      "False",
    ],
    ["is Running while it waits to restart", pod(), seen(exited("main", 1, 3)), "Running", "False"],
    ["is Succeeded", pod({ restartPolicy: "Never" }), seen(exited("main", 0)), "Succeeded", "False"],
    ["is Failed", pod({ restartPolicy: "Never" }), seen(exited("main", 2)), "Failed", "False"],
    [
      "is Failed when an init container may not be retried",
      pod({ restartPolicy: "Never", initContainers: [init] }),
      seen(exited("init", 1)),
      "Failed",
      "False",
    ],
  ];
  for (const [name, of, observation, phase, ready] of cases) {
    test(name, () => {
      const status = podStatus(facts(of, observation));
      const condition = status.conditions?.find(({ type }) => type === "Ready");
      expect([status.phase, condition?.status]).toEqual([phase, ready]);
    });
  }

  test("a container that keeps ending waits with the reason and shows how it ended", () => {
    const [status] = podStatus(facts(pod(), seen(exited("main", 7, 1)))).containerStatuses ?? [];
    expect(status?.state?.waiting?.reason).toBe("CrashLoopBackOff");
    expect([status?.restartCount, status?.lastState?.terminated?.exitCode]).toEqual([1, 7]);
  });

  test("an image that can't be pulled is ErrImagePull, and ImagePullBackOff when it goes on", () => {
    const memory = new PodMemory("u");
    const reasonAfter = (failures: number) => {
      const message = "no such image";
      memory.obstacles.set("main", { reason: "ErrImagePull", message, failures, retryAt: now + 1 });
      return podStatus(facts(pod(), seen(), memory)).containerStatuses?.[0]?.state?.waiting?.reason;
    };
    expect([reasonAfter(1), reasonAfter(2)]).toEqual(["ErrImagePull", "ImagePullBackOff"]);
  });
});
