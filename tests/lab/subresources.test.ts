import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  nameOf,
  objects,
  requests,
} from "../../core/embedded/kubernetes/subresources/conformance/requests.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/subresources/conformance/golden/answers.json",
  import.meta.url,
);
const isRewriting = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))(
  "subresources that a node answers",
  () => {
    let lab: Lab;
    const answers: Record<string, unknown> = {};

    beforeAll(async () => {
      lab = await startLab(["kube-apiserver"]);
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
      await send("POST", "/api/v1/namespaces/default/serviceaccounts", {}, account);
      for (const { path, body } of objects) {
        const { status, body: answer } = await send("POST", path, {}, body);
        expect(status, JSON.stringify(answer)).toBe(201);
      }
    });
    afterAll(async () => {
      if (isRewriting) writeFileSync(golden, print(answers));
      await lab?.stop();
    });

    test.each(requests.map((each) => [nameOf(each), each] as const))(
      "%s: as recorded",
      async (name, { method = "GET", path, user }) => {
        const headers = user === undefined ? {} : { "impersonate-user": user };
        answers[name] = await send(method, `/api/v1/${path}`, headers);
        if (isRewriting) return;
        expect(answers[name]).toEqual(
          (JSON.parse(readFileSync(golden, "utf8")) as Record<string, unknown>)[name],
        );
      },
    );

    function send(method: string, path: string, more: Readonly<Record<string, string>>, body?: unknown) {
      const url = new URL(lab.fact("kube-apiserver", "url") + path);
      const headers = {
        authorization: `Bearer ${lab.fact("kube-apiserver", "token")}`,
        "content-type": "application/json",
        ...more,
      };
      return new Promise<{ status: number; body: unknown }>((resolve, reject) => {
        const sent = request(url, { method, headers, rejectUnauthorized: false }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => {
            text += part;
          });
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              body: text.startsWith("{") ? JSON.parse(text) : text,
            }),
          );
        });
        sent.on("error", reject);
        sent.end(body === undefined ? undefined : JSON.stringify(body));
      });
    }
  },
);

/** One answer on a line, so that a diff shows which changed. */
function print(all: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(all).map(
    ([name, answer]) => `${JSON.stringify(name)}:${JSON.stringify(answer)}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}
