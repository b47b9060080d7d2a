import type { KubeObject } from "@catalyst/ports/kubernetes";
import { issuerOf, signServiceAccountToken } from "../access/service-account-token.ts";
import { controllerActor } from "../admission/attributes.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Change } from "../storage/change.ts";
import { amend } from "../verbs/amend.ts";
import { removeAs } from "../verbs/delete.ts";
import { ServerController } from "./server-controller.ts";

const secrets = { group: "", plural: "secrets", namespaced: true };
const type = "kubernetes.io/service-account-token";
const nameAnnotation = "kubernetes.io/service-account.name";
const uidAnnotation = "kubernetes.io/service-account.uid";
/** Such tokens end with their Secret; the date is far enough to mean nothing (seconds). */
const lifetime = 10 * 365 * 24 * 3600;

/**
 * Fills Secrets of the type for ServiceAccount tokens, for those who want one that lasts, and removes those
 * whose account doesn't exist.
 */
export class TokenSecrets extends ServerController<[namespace: string, name: string]> {
  begin(cluster: Cluster): void {
    for (const { object } of cluster.list("/secrets", true)) this.#look(cluster, object);
  }

  see(change: Change, cluster: Cluster): void {
    const { object } = change.entry;
    if (change.collection.resource === "/secrets" && !change.deleted) this.#look(cluster, object);
    if (change.collection.resource !== "/serviceaccounts" || !change.deleted) return;
    for (const entry of cluster.list("/secrets", true, object.metadata.namespace)) {
      this.#look(cluster, entry.object);
    }
  }

  #look(cluster: Cluster, secret: KubeObject): void {
    if (secret["type"] !== type) return;
    if (tokenOf(secret) !== undefined && !isOrphan(cluster, secret)) return;
    this.add(cluster, secret.metadata.namespace!, secret.metadata.name);
  }

  protected async reconcile(cluster: Cluster, namespace: string, name: string): Promise<void> {
    const secret = cluster.find("/secrets", namespace, name);
    if (secret !== undefined && isOrphan(cluster, secret)) {
      const { uid, resourceVersion } = secret.metadata;
      const { parts } = this.scope;
      const kind = cluster.kinds.find("", "v1", "secrets")!;
      const actor = controllerActor({ parts, cluster, kind }, "tokens-controller");
      await removeAs(actor, { namespace, name }, { uid, resourceVersion });
      return;
    }
    await amend(this.scope.parts, cluster, secrets, { namespace, name }, (secret) => {
      const account = accountOf(cluster, secret);
      if (account === undefined || tokenOf(secret) !== undefined) return secret;
      return this.#filled(cluster, secret, account);
    });
  }

  #filled(cluster: Cluster, secret: KubeObject, account: KubeObject): KubeObject {
    const { clock, uid } = this.scope.parts;
    const { namespace, name } = account.metadata;
    const issuedAt = Math.floor(clock.now() / 1000);
    const token = signServiceAccountToken(cluster, {
      namespace: namespace!,
      account: { name, uid: account.metadata.uid },
      audiences: [issuerOf(cluster)],
      issuedAt,
      expiresAt: issuedAt + lifetime,
      id: uid(),
      binding: { secret: { name: secret.metadata.name, uid: secret.metadata.uid } },
    });
    const { rootCertificate } = this.scope;
    const texts = { token, namespace: namespace!, ...(rootCertificate && { "ca.crt": rootCertificate }) };
    const data = Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
    );
    const annotations = { ...secret.metadata.annotations, [uidAnnotation]: account.metadata.uid! };
    return {
      ...secret,
      metadata: { ...secret.metadata, annotations },
      data: { ...(secret["data"] as object | undefined), ...data },
    };
  }
}

function tokenOf(secret: KubeObject): unknown {
  return (secret["data"] as Record<string, unknown> | undefined)?.["token"];
}

function accountOf(cluster: Cluster, secret: KubeObject): KubeObject | undefined {
  const name = secret.metadata.annotations?.[nameAnnotation];
  return name === undefined ? undefined : cluster.find("/serviceaccounts", secret.metadata.namespace, name);
}

/** Whether the account a Secret is for isn't there, or is another one of the same name. */
function isOrphan(cluster: Cluster, secret: KubeObject): boolean {
  const account = accountOf(cluster, secret);
  const uid = secret.metadata.annotations?.[uidAnnotation];
  return account === undefined || (uid !== undefined && uid !== account.metadata.uid);
}
