import { type Digest, isDigest } from "@catalyst/base/digest";
import { isObject } from "@catalyst/base/json";

/** An in-toto v1 statement: something said of artifacts, by their digests. */
export interface Statement {
  readonly _type: "https://in-toto.io/Statement/v1";
  readonly subject: readonly StatementSubject[];
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
}

export interface StatementSubject {
  readonly name?: string;
  readonly digest: Readonly<Record<string, string>>;
}

/** What cosign 3 says of an image it signed. */
export const signaturePredicate = "https://sigstore.dev/cosign/sign/v1";
/** SLSA provenance v1. */
export const provenancePredicate = "https://slsa.dev/provenance/v1";
/** A CycloneDX bill of materials. */
export const sbomPredicate = "https://cyclonedx.org/bom";
/** Catalyst's own: a release that is not to be installed any more, with the reason. */
export const withdrawalPredicate = "https://catalyst.openova.io/blueprint/withdrawal/v1";

/** Says `predicate` of one artifact. */
export function statementOf(
  digest: Digest,
  predicateType: string,
  predicate: Readonly<Record<string, unknown>>,
  name?: string,
): Statement {
  const subject = {
    ...(name === undefined ? {} : { name }),
    digest: { sha256: digest.slice("sha256:".length) },
  };
  return { _type: "https://in-toto.io/Statement/v1", subject: [subject], predicateType, predicate };
}

/** Reads a statement; undefined when the bytes aren't one. */
export function parseStatement(bytes: Uint8Array): Statement | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const isStatement =
    isObject(value) &&
    value["_type"] === "https://in-toto.io/Statement/v1" &&
    Array.isArray(value["subject"]) &&
    typeof value["predicateType"] === "string";
  if (!isStatement) return undefined;
  const predicate = isObject(value) && isObject(value["predicate"]) ? value["predicate"] : {};
  return { ...(value as unknown as Statement), predicate };
}

/** Tells whether a statement speaks of an artifact. */
export function speaksOf(statement: Statement, digest: Digest): boolean {
  return statement.subject.some((subject) => {
    const text = `sha256:${isObject(subject) && isObject(subject.digest) ? subject.digest["sha256"] : ""}`;
    return isDigest(text) && text === digest;
  });
}
