import type { Component } from "../component.ts";
import { answers, freePort, startServer } from "../process.ts";

/** etcd, under the real API server. Its siblings in the repository are published under the same version. */
export const etcd: Component = {
  name: "etcd",
  version: "3.7.3",
  source: {
    kind: "go",
    module: "go.etcd.io/etcd/server/v3",
    moduleVersion: "v3.7.3",
    siblingVersion: "v3.7.3",
    programs: { etcd: "." },
  },
  start: async (context) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const peers = `http://127.0.0.1:${await freePort()}`;
    return startServer(context, {
      program: context.program("etcd"),
      words: [
        "--data-dir=data",
        `--listen-client-urls=${url}`,
        `--advertise-client-urls=${url}`,
        `--listen-peer-urls=${peers}`,
        `--initial-advertise-peer-urls=${peers}`,
        `--initial-cluster=default=${peers}`,
        "--log-level=warn",
      ],
      facts: { url },
      ready: () => answers(`${url}/health`),
    });
  },
};
