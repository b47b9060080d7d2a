import { digestOf } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import type { Request, Response, Transport } from "@catalyst/ports/transport";
import { describe, expect, it } from "vitest";
import { ociRegistry, type RegistryCredentials } from "./registry.ts";

const origin = "https://registry.example";
const content = Buffer.from("a blob");
const digest = digestOf(content);
const blobPath = `/v2/app/blobs/${digest}`;

/** A registry that answers from a list, and remembers what it was asked. */
function scripted(...answers: ((request: Request) => Partial<Response>)[]) {
  const asked: Request[] = [];
  const transport: Transport = {
    request: async (request) => {
      asked.push(request);
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      return { status: 200, headers: {}, ...answer?.(request) };
    },
  };
  return { asked, transport };
}

const credentials: RegistryCredentials = { username: "robot", password: "hunter2" };
const basic = `Basic ${Buffer.from("robot:hunter2").toString("base64")}`;

function registry(
  transport: Transport,
  more: {
    readonly elsewhere?: (origin: string) => Transport;
    readonly credentials?: RegistryCredentials;
  } = {},
) {
  return ociRegistry({ host: "registry.example", origin, transport, ...more });
}

describe("redirects (security case 15)", () => {
  it("carries no credentials to another origin", async () => {
    const storage = scripted(() => ({ body: content }));
    const opened: string[] = [];
    const own = scripted(
      () => ({ status: 401, headers: { "www-authenticate": "Basic" } }),
      () => ({ status: 307, headers: { location: "https://storage.example/x?signature=1" } }),
    );
    const elsewhere = (other: string) => {
      opened.push(other);
      return storage.transport;
    };
    const bytes = await registry(own.transport, { credentials, elsewhere }).blob("app", digest);
    expect(Buffer.from(bytes)).toEqual(content);
    expect(own.asked[1]?.headers["authorization"]).toBe(basic);
    expect(opened).toEqual(["https://storage.example"]);
    expect(storage.asked).toEqual([{ method: "GET", path: "/x?signature=1", headers: {} }]);
  });

  it("counts another port and another scheme as another origin", async () => {
    for (const location of ["https://registry.example:8443/x", "http://registry.example/x"]) {
      const storage = scripted(() => ({ body: content }));
      const own = scripted(
        () => ({ status: 401, headers: { "www-authenticate": "Basic" } }),
        () => ({ status: 302, headers: { location } }),
      );
      await registry(own.transport, { credentials, elsewhere: () => storage.transport }).blob("app", digest);
      expect(storage.asked[0]?.headers["authorization"]).toBeUndefined();
    }
  });

  it("stays signed in on its own origin", async () => {
    const own = scripted(
      () => ({ status: 401, headers: { "www-authenticate": "Basic" } }),
      () => ({ status: 307, headers: { location: "/elsewhere" } }),
      () => ({ body: content }),
    );
    await registry(own.transport, { credentials }).blob("app", digest);
    expect(own.asked[2]).toMatchObject({ path: "/elsewhere", headers: { authorization: basic } });
  });

  it("goes nowhere else unless it may, and not in circles", async () => {
    const away = scripted(() => ({ status: 307, headers: { location: "https://storage.example/x" } }));
    await expect(registry(away.transport).blob("app", digest)).rejects.toMatchObject({
      code: "oci-unavailable",
    });
    const circle = scripted(() => ({ status: 307, headers: { location: blobPath } }));
    await expect(registry(circle.transport).blob("app", digest)).rejects.toMatchObject({
      code: "oci-unavailable",
    });
    expect(circle.asked.length).toBeLessThan(10);
  });

  it("doesn't repeat an upload somewhere else", async () => {
    const own = scripted(
      () => ({ status: 404 }),
      () => ({ status: 307, headers: { location: "https://storage.example/x" } }),
    );
    await expect(registry(own.transport).putBlob("app", "text/plain", content)).rejects.toThrow();
    expect(own.asked).toHaveLength(2);
  });
});

describe("signing in", () => {
  it("fetches a token from the registry's own origin", async () => {
    const challenge = `Bearer realm="${origin}/token",service="registry",scope="repository:app:pull"`;
    const own = scripted(
      () => ({ status: 401, headers: { "www-authenticate": challenge } }),
      () => ({ json: { token: "abc" } }),
      () => ({ body: content }),
    );
    await registry(own.transport, { credentials }).blob("app", digest);
    expect(own.asked[1]?.path).toBe("/token?service=registry&scope=repository%3Aapp%3Apull");
    expect(own.asked[1]?.headers["authorization"]).toBe(basic);
    expect(own.asked[2]?.headers["authorization"]).toBe("Bearer abc");
  });

  it("hands no password to a realm elsewhere", async () => {
    const challenge = 'Bearer realm="https://evil.example/token",service="registry"';
    const own = scripted(() => ({ status: 401, headers: { "www-authenticate": challenge } }));
    const open = registry(own.transport, {
      credentials,
      elsewhere: () => {
        throw new Error("asked elsewhere");
      },
    });
    await expect(open.blob("app", digest)).rejects.toMatchObject({ code: "oci-denied" });
  });

  it("asks once when the password is wrong, and doesn't repeat it", async () => {
    const own = scripted(() => ({ status: 401, headers: { "www-authenticate": "Basic" } }));
    const error = await registry(own.transport, { credentials })
      .blob("app", digest)
      .catch((thrown: CatalystError) => thrown);
    expect(error).toMatchObject({ code: "oci-denied" });
    expect(String((error as CatalystError).message)).not.toContain("hunter2");
    expect(own.asked).toHaveLength(2);
  });
});

describe("what a registry sends", () => {
  it.each<[string, Partial<Response>, string]>([
    ["other bytes than asked for", { body: Buffer.from("else") }, "oci-digest-mismatch"],
    ["404", { status: 404 }, "oci-not-found"],
    ["403", { status: 403 }, "oci-denied"],
    ["500", { status: 500 }, "oci-unavailable"],
    ["429", { status: 429 }, "oci-unavailable"],
    ["418", { status: 418 }, "oci-invalid"],
  ])("%s is an error of its own", async (_name, answer, code) => {
    const { transport } = scripted(() => answer);
    await expect(registry(transport).blob("app", digest)).rejects.toMatchObject({ code });
  });

  it("checks a manifest against the digest asked for, and against the one the tag was said to have", async () => {
    const body = Buffer.from("{}");
    const wrong = scripted(() => ({ body, headers: { "docker-content-digest": digest } }));
    for (const reference of [digest, "1.0.0"]) {
      await expect(registry(wrong.transport).manifest("app", reference)).rejects.toMatchObject({
        code: "oci-digest-mismatch",
      });
    }
  });

  it("says that nobody answers", async () => {
    const transport: Transport = {
      request: async () => {
        throw new CatalystError("transport-unreachable", "connection refused");
      },
    };
    await expect(registry(transport).tags("app")).rejects.toMatchObject({ code: "oci-unavailable" });
  });

  it("reads referrers from the fallback tag where the API is missing", async () => {
    const referrer = {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest,
      size: 6,
      artifactType: "a/b",
    };
    const index = Buffer.from(
      JSON.stringify({ manifests: [referrer, { ...referrer, artifactType: "c/d" }] }),
    );
    const { transport } = scripted((request) => {
      if (request.path.includes("/referrers/")) return { status: 404 };
      if (!request.path.endsWith(`/manifests/sha256-${digest.slice(7)}`)) return { status: 500 };
      const headers = { "docker-content-digest": digestOf(index), "content-length": String(index.length) };
      return request.method === "HEAD" ? { headers } : { headers, body: index };
    });
    expect(await registry(transport).referrers("app", digest, "a/b")).toEqual([referrer]);
  });

  it("follows pages by path alone", async () => {
    const { asked, transport } = scripted(
      () => ({
        json: { tags: ["a"] },
        headers: { link: '<https://evil.example/v2/app/tags/list?n=1&last=a>; rel="next"' },
      }),
      () => ({ json: { tags: ["b"] } }),
    );
    expect(await registry(transport).tags("app")).toEqual(["a", "b"]);
    expect(asked[1]?.path).toBe("/v2/app/tags/list?n=1&last=a");
  });
});
