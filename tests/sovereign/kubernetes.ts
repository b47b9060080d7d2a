import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import type { Sovereign } from "./sovereign.ts";

/** Calls the Kubernetes port, trusting the Sovereign's own authority; with a body it is a merge patch, or creates. */
export function kubernetes(
  sovereign: Sovereign,
  path: string,
  token: string,
  body?: object,
  method: "GET" | "PATCH" | "POST" = body === undefined ? "GET" : "PATCH",
): Promise<{ readonly status: number; readonly text: string }> {
  const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  return new Promise((resolve, reject) =>
    request(
      `${sovereign.kubernetesUrl}${path}`,
      {
        ca: readFileSync(join(sovereign.data, "ca.crt")),
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": contentType }),
        },
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
      .end(body === undefined ? undefined : JSON.stringify(body)),
  );
}
