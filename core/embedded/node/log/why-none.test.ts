import type { ContainerState, Pod } from "@catalyst/ports/kubernetes";
import { expect, test } from "vitest";
import { whyNoLog } from "./why-none.ts";

function pod(state: ContainerState | undefined): Pod {
  const status = { name: "a", state, restartCount: 0, ready: false, image: "", imageID: "" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers: [{ name: "a" }] },
    ...(state === undefined ? {} : { status: { containerStatuses: [status] } as NonNullable<Pod["status"]> }),
  };
}

test.each<[string, ContainerState | undefined, boolean, string]>([
  [
    "created",
    { waiting: { reason: "ContainerCreating" } },
    false,
    'container "a" in pod "p" is waiting to start: ContainerCreating',
  ],
  [
    "no image",
    { waiting: { reason: "ErrImagePull" } },
    false,
    'container "a" in pod "p" is waiting to start: image can\'t be pulled',
  ],
  [
    "no image for long",
    { waiting: { reason: "ImagePullBackOff" } },
    false,
    'container "a" in pod "p" is waiting to start: trying and failing to pull image',
  ],
  ["nothing said", {}, false, 'container "a" in pod "p" is waiting to start - no logs yet'],
  ["over", { terminated: { exitCode: 1 } }, false, 'container "a" in pod "p" is terminated'],
  ["no status", undefined, false, 'container "a" in pod "p" is not available'],
  ["none before", { running: {} }, true, 'previous terminated container "a" in pod "p" not found'],
])("%s", (_name, state, previous, text) => {
  expect(whyNoLog(pod(state), "a", previous)).toBe(text);
});
