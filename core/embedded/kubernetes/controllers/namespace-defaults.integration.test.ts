import { soon } from "@catalyst/base/testing/soon";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ rootCertificate: "the certificate" });
});
afterAll(() => server.close());

const path = "/api/v1/namespaces/default/configmaps/kube-root-ca.crt";
const isThere = () =>
  vi.waitFor(async () => {
    expect((await server.ok("GET", path)).data).toEqual({ "ca.crt": "the certificate" });
  }, soon);

describe("the authority's certificate is in every namespace", () => {
  it("from the beginning", isThere);

  it("again when it was deleted", async () => {
    await server.ok("DELETE", path);
    await isThere();
  });

  it("again when it was changed", async () => {
    await server.ok("PATCH", path, { data: { "ca.crt": "", more: "x" } }, "application/merge-patch+json");
    await isThere();
  });
});
