import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { startLab } from "../../tests/lab/lab.ts";
import { Caller } from "./caller.ts";

const token = "bench-token";

/** An API server in processes of its own. */
export interface Contestant {
  readonly caller: Caller;
  /** Its processes. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** What the other side is. */
export const peerName = "kube-apiserver 1.36 with etcd";

export async function openOurs(): Promise<Contestant> {
  const dir = mkdtempSync(join(tmpdir(), "bench-kubernetes-"));
  const child = fork(join(import.meta.dirname, "server.ts"), [dir, token]);
  const [started] = (await once(child, "message")) as [{ readonly port: number; readonly ca: string }];
  const transport = httpTransport({
    baseUrl: `https://127.0.0.1:${started.port}`,
    headers: { authorization: `Bearer ${token}` },
    ca: started.ca,
  });
  return {
    caller: new Caller(transport),
    pids: [child.pid ?? 0],
    close: async () => {
      child.kill();
      await once(child, "exit");
      rmSync(dir, { recursive: true });
    },
  };
}

export async function openPeer(): Promise<Contestant> {
  const lab = await startLab(["kube-apiserver"]);
  const transport = httpTransport({
    baseUrl: lab.fact("kube-apiserver", "url"),
    headers: { authorization: `Bearer ${lab.fact("kube-apiserver", "token")}` },
    ca: readFileSync(lab.fact("kube-apiserver", "certificate"), "utf8"),
  });
  return {
    caller: new Caller(transport),
    pids: [...lab.running.values()].map(({ pid }) => pid),
    close: () => lab.stop(),
  };
}
