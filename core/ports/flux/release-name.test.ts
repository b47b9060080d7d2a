import { expect, test } from "vitest";
import { type HelmRelease, helmReleaseName, helmStorageNamespace } from "./index.ts";

const release = (
  name: string,
  spec: Partial<HelmRelease["spec"]> = {},
  status: HelmRelease["status"] = {},
): HelmRelease => ({
  apiVersion: "helm.toolkit.fluxcd.io/v2",
  kind: "HelmRelease",
  metadata: { name, namespace: "flux-system" },
  spec: { interval: "1h", ...spec },
  status,
});

test.each([
  ["its own name", release("site"), "site"],
  ["with the target namespace before it", release("site", { targetNamespace: "shop" }), "shop-site"],
  ["the name asked for", release("site", { releaseName: "web", targetNamespace: "shop" }), "web"],
  ["empty fields are absent ones", release("site", { releaseName: "", targetNamespace: "" }), "site"],
])("a release's name is %s", (_, object, name) => expect(helmReleaseName(object)).toBe(name));

// Recorded from ShortenName of helm-controller 1.6.4.
test.each([
  ["a".repeat(53), "a".repeat(53)],
  ["a".repeat(54), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-a3f01b693925"],
  [
    "team-with-a-long-namespace-name-site-of-the-whole-company",
    "team-with-a-long-namespace-name-site-of--7b495d99bc34",
  ],
  [`${"b".repeat(39)}-${"c".repeat(20)}`, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb--81a475985418"],
])("%s is kept by Helm as %s", (long, short) => {
  expect(helmReleaseName(release(long))).toBe(short);
  expect(helmReleaseName(release("site", { releaseName: long }))).toBe(short);
});

test("Helm's Secrets are where the status says, then where the spec says, then beside the object", () => {
  expect(helmStorageNamespace(release("site"))).toBe("flux-system");
  expect(helmStorageNamespace(release("site", { storageNamespace: "shop" }))).toBe("shop");
  expect(
    helmStorageNamespace(release("site", { storageNamespace: "shop" }, { storageNamespace: "old" })),
  ).toBe("old");
});
