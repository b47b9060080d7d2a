import type { CertificateCondition, CertificateSigningRequest } from "@catalyst/ports/kubernetes";
import { describe, expect, it } from "vitest";
import { clientRequest } from "../conformance/scenarios/certificate-requests.ts";
import { decideRequest } from "./decide.ts";

const made = Date.parse("2026-03-10T10:00:00Z");
const hour = 3600 * 1000;

function request(
  conditions: readonly string[],
  { certificate, seconds }: { certificate?: string; seconds?: number } = {},
): CertificateSigningRequest {
  const dated = (type: string): CertificateCondition => ({
    type,
    status: "True",
    lastUpdateTime: "2026-03-10T11:00:00Z",
  });
  return {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "a", creationTimestamp: "2026-03-10T10:00:00Z" },
    spec: {
      request: Buffer.from(clientRequest).toString("base64"),
      signerName: "kubernetes.io/kube-apiserver-client",
      usages: ["client auth"],
      ...(seconds === undefined ? {} : { expirationSeconds: seconds }),
    },
    status: { conditions: conditions.map(dated), ...(certificate === undefined ? {} : { certificate }) },
  };
}

/** What is done at a moment, in hours after the request was made. */
function at(hours: number, object: CertificateSigningRequest): string {
  return decideRequest(object, made + hours * hour).decision.action;
}

describe("a request is removed", () => {
  it.each<[string, CertificateSigningRequest, number]>([
    ["that nobody judged, after a day", request([]), 24],
    ["that was approved and never signed, after a day", request(["Approved"]), 25],
    ["that was signed, after an hour", request(["Approved"], { certificate: "eA==" }), 2],
    ["that was denied, after an hour", request(["Denied"]), 2],
    ["that failed, after an hour", request(["Approved", "Failed"]), 2],
  ])("%s", (_what, object, hours) => {
    expect(at(hours, object)).not.toBe("delete");
    expect(at(hours + 0.001, object)).toBe("delete");
    expect(decideRequest(object, made).endsAt).toBe(made + hours * hour);
  });
});

describe("an approved request is signed", () => {
  it.each<[string, number | undefined, number]>([
    ["for a year unless it says otherwise", undefined, 365 * 24 * hour],
    ["for as long as it says", 7200, 2 * hour],
    ["for a year at most", 2 ** 31 - 1, 365 * 24 * hour],
    ["for ten minutes at least", 60, hour / 6],
  ])("%s", (_what, seconds, lifetime) => {
    const object = request(["Approved"], seconds === undefined ? {} : { seconds });
    expect(decideRequest(object, made).decision).toEqual({ action: "sign", lifetime });
  });
});
