import { isObject } from "@catalyst/base/json";
import type { KubeObject, PersistentVolumeClaim } from "@catalyst/ports/kubernetes";
import type { Check, Finding } from "./check.ts";

const name = "storage";
const defaultAnnotation = "storageclass.kubernetes.io/is-default-class";

/** A claim whose StorageClass isn't there is never bound, and its Pods never start. */
export const checkStorage: Check = async ({ environment, releases, live }) => {
  const claims = releases.flatMap(({ application, objects }) =>
    claimsOf(objects).map((claim) => ({ application, asked: claim.spec?.storageClassName })),
  );
  if (claims.length === 0) return [];
  const classes = await live.storageClasses(environment);
  if (classes === undefined) return claims.slice(0, 1).map(({ application }) => unknown(application));
  const rendered = releases.flatMap(({ objects }) => objects.filter(({ kind }) => kind === "StorageClass"));
  const there = new Set([...classes, ...rendered].map(({ metadata }) => metadata.name));
  const standard = [...classes, ...rendered].find(
    ({ metadata }) => metadata.annotations?.[defaultAnnotation] === "true",
  );
  const findings = new Map<string, Finding>();
  for (const { application, asked } of claims) {
    // an empty name asks for a volume that somebody made by hand
    if (asked === "") continue;
    const finding = judge(application, asked, there, standard?.metadata.name);
    findings.set(`${application}/${asked ?? ""}`, finding);
  }
  return [...findings.values()];
};

function judge(
  application: string,
  asked: string | undefined,
  there: ReadonlySet<string>,
  standard: string | undefined,
): Finding {
  const code = "storage-class-missing";
  const found = asked ?? standard;
  if (found !== undefined && there.has(found)) {
    const message = `${application} gets its volumes of StorageClass ${found}.`;
    return { application, code, check: { name, status: "ok", message } };
  }
  if (asked === undefined) {
    const message = `${application} asks for a volume, and the cluster has no default StorageClass.`;
    return { application, code, check: { name, status: "warning", message } };
  }
  const message = `${application} asks for StorageClass ${asked}, which the cluster doesn't have.`;
  const known = [...there].sort().join(", ");
  return {
    application,
    code,
    check: { name, status: "failed", message },
    hint: known === "" ? "The cluster has none." : `It has ${known}.`,
  };
}

function unknown(application: string): Finding {
  const message = "The Environment's cluster can't be asked for its StorageClasses yet.";
  return { application, code: "storage-class-missing", check: { name, status: "warning", message } };
}

/** The claims of a release: its own, and one of each template of a StatefulSet. */
export function claimsOf(objects: readonly KubeObject[]): readonly PersistentVolumeClaim[] {
  return objects.flatMap((object): readonly PersistentVolumeClaim[] => {
    if (object.kind === "PersistentVolumeClaim") return [object as PersistentVolumeClaim];
    if (object.kind !== "StatefulSet" || !isObject(object.spec)) return [];
    const templates = object.spec["volumeClaimTemplates"];
    return Array.isArray(templates) ? (templates.filter(isObject) as unknown as PersistentVolumeClaim[]) : [];
  });
}
