import type { Clock } from "@catalyst/base/clock";
import { simulation } from "@catalyst/model/label";
import type { Container, Pod } from "@catalyst/ports/kubernetes";
import { expect, it } from "vitest";
import { SimulatedRuntime } from "./runtime.ts";

const identity = { cluster: "c", namespace: "n", name: "p", uid: "u" };
const container = { name: "a", image: "a:1" } as Container;

function podWith(annotations: Readonly<Record<string, string>> = {}, status: Pod["status"] = {}): Pod {
  const metadata = { name: "p", namespace: "n", uid: "u", annotations };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [container] }, status };
}

/** A clock whose timers end a millisecond early, and a runtime that goes by it. */
function opened() {
  let now = 1000;
  const early: Clock = {
    now: () => now,
    sleep: async (wait) => {
      now += Math.max(1, wait - 1);
    },
  };
  const runtime = new SimulatedRuntime({ clock: early, delay: 50 });
  const changes = runtime.changes(new AbortController().signal)[Symbol.asyncIterator]();
  const look = async (pod: Pod) => (await runtime.inspect(pod, identity))?.containers[0];
  return { runtime, changes, look };
}

async function start(runtime: SimulatedRuntime, pod: Pod): Promise<void> {
  await runtime.createSandbox({ identity, pod, volumes: new Map() });
  await runtime.startContainer(identity, { pod, container, attempt: 0, env: [], imageId: "" });
}

it("tells of a Pod that gets ready when it is, also where timers end early", async () => {
  const { runtime, changes, look } = opened();
  const told = changes.next();
  await start(runtime, podWith());
  expect((await told).value).toEqual(identity);
  expect((await look(podWith()))?.ready).toBe(true);
  await runtime.close();
});

it("tells of each change of a container that is ready before it ends", async () => {
  const { runtime, changes, look } = opened();
  const pod = podWith({ [simulation.runTime]: "2s" });
  await start(runtime, pod);
  await changes.next();
  expect(await look(pod)).toMatchObject({ state: "running", ready: true });
  await changes.next();
  expect(await look(pod)).toMatchObject({ state: "exited", exitCode: 0 });
  await runtime.close();
});

it("tells of the end of a container that was started by a process before this one", async () => {
  const { runtime, changes, look } = opened();
  const running = {
    name: "a",
    image: "a:1",
    imageID: "",
    ready: false,
    restartCount: 0,
    containerID: "simulated://u/a/0",
    state: { running: { startedAt: new Date(1000).toISOString() } },
  };
  const pod = podWith({ [simulation.runTime]: "2s" }, { containerStatuses: [running] });
  expect(await look(pod)).toMatchObject({ state: "running" });
  await changes.next();
  await look(pod);
  await changes.next();
  expect(await look(pod)).toMatchObject({ state: "exited" });
  await runtime.close();
});

it("tells of an end that an annotation asks for later", async () => {
  const { runtime, changes, look } = opened();
  await start(runtime, podWith());
  await changes.next();
  expect(await look(podWith())).toMatchObject({ state: "running", ready: true });
  const ending = podWith({ [simulation.runTime]: "2s" });
  await look(ending);
  await changes.next();
  expect(await look(ending)).toMatchObject({ state: "exited" });
  await runtime.close();
});
