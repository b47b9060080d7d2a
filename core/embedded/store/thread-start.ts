import { Worker } from "node:worker_threads";
import { raisedError } from "@catalyst/base/posted-error";
import type { Answer, ThreadData } from "./protocol.ts";
import type { StoreOptions } from "./store.ts";

/** Starts the store's thread; resolves once it has opened the folder, rejects with what kept it from that. */
export function startThread({ dir, maxBytes }: StoreOptions): Promise<Worker> {
  const workerData: ThreadData = { dir, maxBytes };
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData, name: "store" });
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", ({ error }: Answer) => {
      worker.off("error", reject);
      if (error === undefined) resolve(worker);
      else void worker.terminate().then(() => reject(raisedError(error)));
    });
  });
}
