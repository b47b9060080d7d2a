import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { Sovereign } from "./sovereign.ts";

/** Calls the Kubernetes port, trusting the Sovereign's own authority; with a body it is a merge patch. */
export function kubernetes(
  sovereign: Sovereign,
  path: string,
  token: string,
  patch?: object,
): Promise<{ readonly status: number; readonly text: string }> {
  const type = patch === undefined ? {} : { "content-type": "application/merge-patch+json" };
  return new Promise((resolve, reject) =>
    request(
      `${sovereign.kubernetesUrl}${path}`,
      {
        ca: readFileSync(join(sovereign.data, "ca.crt")),
        method: patch === undefined ? "GET" : "PATCH",
        headers: { authorization: `Bearer ${token}`, ...type },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => {
          text += part;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    )
      .on("error", reject)
      .end(patch === undefined ? undefined : JSON.stringify(patch)),
  );
}
