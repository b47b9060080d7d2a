import type { Component } from "../component.ts";

/** Podman, which runs Pods' containers and must exchange images with the registry. */
export const podman: Component = {
  name: "podman",
  version: "4",
  source: { kind: "debian", packages: ["podman"], programs: { podman: "/usr/bin/podman" } },
};

/** What podman needs besides to run Pods as root: each Pod's network and first process, and the containers. */
export const podmanHelpers: Component = {
  name: "podman-helpers",
  version: "1",
  source: {
    kind: "debian",
    packages: ["netavark", "catatonit", "runc", "iptables"],
    programs: {
      netavark: "/usr/lib/podman/netavark",
      catatonit: "/usr/bin/catatonit",
      runc: "/usr/sbin/runc",
      iptables: "/usr/sbin/iptables",
    },
  },
};
