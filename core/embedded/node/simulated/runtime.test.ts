import type { Clock } from "@catalyst/base/clock";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { expect, it } from "vitest";
import { SimulatedRuntime } from "./runtime.ts";

it("tells of a Pod that gets ready when it is, also where timers end early", async () => {
  let now = 1000;
  const early: Clock = {
    now: () => now,
    sleep: async (wait) => {
      now += Math.max(1, wait - 1);
    },
  };
  const runtime = new SimulatedRuntime({ clock: early, delay: 50 });
  const identity = { cluster: "c", namespace: "n", name: "p", uid: "u" };
  const container = { name: "a", image: "a:1" } as Container;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "n", uid: "u" },
    spec: { containers: [container] },
  } as Pod;
  const changes = runtime.changes(new AbortController().signal)[Symbol.asyncIterator]();
  const told = changes.next();
  await runtime.createSandbox({ identity, pod, volumes: new Map() } as never);
  await runtime.startContainer(identity, { pod, container, attempt: 0 } as never);
  expect((await told).value).toEqual(identity);
  expect((await runtime.inspect(pod, identity))?.containers[0]?.ready).toBe(true);
  await runtime.close();
});
