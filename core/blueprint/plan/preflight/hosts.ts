import { type Ingress, ingresses, type KubeObject } from "@catalyst/ports/kubernetes";
import type { Check, Finding } from "./check.ts";
import type { PlacedIngress } from "./live.ts";

const name = "host names";

/** A host name has one owner in the Sovereign: two would take each other's visitors (security-cases.md 41). */
export const checkHosts: Check = async ({ environment, releases, removed, live }) => {
  const claims = releases.flatMap(({ application, objects }) =>
    [...hostsOf(objects)].map((host) => ({ application, host })),
  );
  if (claims.length === 0) return [];
  const existing = await live.ingresses();
  return claims.map(({ application, host }): Finding => {
    const rival = releases.find(
      (other) => other.application !== application && hostsOf(other.objects).has(host),
    );
    const owner = existing.find(
      (placed) =>
        ingressHosts(placed.ingress).includes(host) && !isOwn(placed, environment, application, removed),
    );
    const taken = rival === undefined ? owner && ownerOf(owner, environment) : rival.application;
    return taken === undefined
      ? { application, code: "host-taken", check: { name, status: "ok", message: `${host} is free.` } }
      : {
          application,
          code: "host-taken",
          check: {
            name,
            status: "failed",
            message: `${application} wants ${host}, which belongs to ${taken}.`,
          },
          hint: "Choose another host name.",
        };
  });
};

/** The host names of a release's Ingresses, in lower case. */
function hostsOf(objects: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(objects.filter(isIngress).flatMap(ingressHosts));
}

function isIngress(object: KubeObject): object is Ingress {
  return object.kind === ingresses.kind && object.apiVersion.startsWith(`${ingresses.group}/`);
}

function ingressHosts({ spec }: Ingress): string[] {
  return (spec?.rules ?? []).flatMap((rule) => (rule.host ? [rule.host.toLowerCase()] : []));
}

function isOwn(
  { environment, ingress }: PlacedIngress,
  here: string,
  application: string,
  removed: ReadonlySet<string>,
): boolean {
  const namespace = ingress.metadata.namespace ?? "";
  return environment === here && (namespace === application || removed.has(namespace));
}

/** What another Environment holds isn't everybody's to know. */
function ownerOf({ environment, ingress }: PlacedIngress, here: string): string {
  return environment === here
    ? `${ingress.metadata.namespace} of this Environment`
    : "another Environment of this Sovereign";
}
