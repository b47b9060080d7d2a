import type { Component } from "../component.ts";

/** Podman, which runs Pods' containers and must exchange images with the registry. */
export const podman: Component = {
  name: "podman",
  version: "4",
  source: { kind: "debian", packages: ["podman"], programs: { podman: "/usr/bin/podman" } },
};
