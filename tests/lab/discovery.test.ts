import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  comparable,
  definition,
  type PathAnswer,
  requests,
} from "../../core/embedded/kubernetes/discovery/conformance/paths.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { available } from "./available.ts";
import { type Lab, startLab } from "./lab.ts";

const golden = new URL(
  "../../core/embedded/kubernetes/discovery/conformance/golden/answers.json",
  import.meta.url,
);
const isRewriting = process.env["CATALYST_REWRITE"] === "1";

describe.skipIf(!(await available(import.meta.filename, "kube-apiserver")))("paths", () => {
  let lab: Lab;
  let client: ApiClient;
  const answers: Record<string, PathAnswer> = {};

  beforeAll(async () => {
    lab = await startLab(["kube-apiserver"]);
    client = apiClient(lab.fact("kube-apiserver", "url"), lab.fact("kube-apiserver", "token"));
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    expect((await client({ method: "POST", path, body: definition })).status).toBe(201);
    for (const path of ["/apis/example.com/v1/toys", "/apis/example.com", "/apis/example.com/v1"])
      await vi.waitFor(async () => expect((await client({ method: "GET", path })).status).toBe(200), 60_000);
  });
  afterAll(async () => {
    if (isRewriting && Object.keys(answers).length > 0) writeFileSync(golden, print(answers));
    await lab?.stop();
  });

  test.each(requests.map((request) => [`${request.method} ${request.path}`, request] as const))(
    "%s: as recorded",
    async (name, { method, path }) => {
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const body = ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined;
      const {
        status,
        headers,
        body: answer,
      } = await client({
        ...{ method, path, body, type },
        headers: { accept: "*/*" },
      });
      const told = comparable(status, headers["content-type"], answer);
      answers[name] = told;
      if (isRewriting) return;
      const recorded = JSON.parse(readFileSync(golden, "utf8")) as Record<string, PathAnswer>;
      expect(told).toEqual(recorded[name]);
    },
  );
});

/** One answer on a line, so that a diff shows which changed. */
function print(all: Readonly<Record<string, PathAnswer>>): string {
  const lines = Object.entries(all).map(
    ([name, answer]) => `${JSON.stringify(name)}:${JSON.stringify(answer)}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}
