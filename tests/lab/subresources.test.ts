import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  nameOf,
  objects,
  requests,
} from "../../core/embedded/kubernetes/subresources/conformance/requests.ts";
import { type ApiClient, type ApiReply, apiClient } from "./api-client.ts";
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
    let client: ApiClient;
    const answers: Record<string, unknown> = {};

    beforeAll(async () => {
      lab = await startLab(["kube-apiserver"]);
      client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } };
      const accounts = { path: "/api/v1/namespaces/default/serviceaccounts", body: account };
      for (const { path, body } of [accounts, ...objects]) {
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

    async function send(
      method: string,
      path: string,
      headers: Readonly<Record<string, string>>,
      body?: unknown,
    ): Promise<Pick<ApiReply, "status" | "body">> {
      const { status, body: answer } = await client({ method, path, headers, body });
      return { status, body: answer };
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
