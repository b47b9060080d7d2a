import { expect, test } from "vitest";
import { pullReason } from "./pull-reason.ts";

test.each([
  [
    "neither registry has it",
    "initializing source docker://registry.catalyst.local/a:1: (Mirrors also failed: [localhost:8700/a:1: reading manifest 1 in localhost:8700/a: manifest unknown: the repository has no manifest 1]): docker.io/a:1: reading manifest: requested access to the resource is denied",
    "this Sovereign's registry doesn't have it, and the one it is published in refuses access",
  ],
  [
    "there is no network",
    '(Mirrors also failed: [localhost:8700/a:1: manifest unknown]): docker.io/a:1: pinging container registry: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    "this Sovereign's registry doesn't have it, and the one it is published in can't be reached",
  ],
  [
    "a registry without a mirror, as podman says it",
    "pinging container registry 127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused",
    "its registry can't be reached",
  ],
  [
    "a registry as containerd says it",
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/a:1": failed to resolve reference: docker.io/library/a:1: not found',
    "its registry doesn't have it",
  ],
  [
    "something unheard of",
    "copying blob: the moon is full",
    "its registry gives an error (the moon is full)",
  ],
])("%s", (_name, message, expected) => {
  expect(pullReason(message)).toBe(expected);
});
