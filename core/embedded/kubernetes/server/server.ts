import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { type Clock, rfc3339 } from "@catalyst/base/clock";
import { CatalystError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { Store } from "@catalyst/embedded-store";
import {
  type ClusterEvent,
  type ClusterName,
  type KubeObject,
  managementCluster,
  type ResourceType,
} from "@catalyst/ports/kubernetes";
import type { Handler } from "@catalyst/ports/transport";
import { Authenticator, type StaticToken, type TokenAuthenticator } from "../access/authenticate.ts";
import { defaultRoles } from "../access/default-roles.ts";
import { Impersonation } from "../access/impersonate.ts";
import type { JwtIssuer } from "../access/oidc/issuer.ts";
import { JwtIssuers } from "../access/oidc/jwt-issuers.ts";
import { reconcileRoles } from "../access/reconcile-roles.ts";
import { HookClient } from "../admission/webhooks/hook-client.ts";
import { type AuditOptions, Auditor } from "../audit/audit.ts";
import { type CertificateOrder, clusterAuthority } from "../authority/cluster-authority.ts";
import { apiService } from "../cluster/api-service.ts";
import { localApiServices } from "../cluster/api-services.ts";
import { bootstrapWrites } from "../cluster/bootstrap.ts";
import { Cluster } from "../cluster/cluster.ts";
import { BuiltinKinds } from "../cluster/kinds.ts";
import { defaultPriorityClasses } from "../cluster/priority-classes.ts";
import { nodeSubresources, servedKinds } from "../cluster/served.ts";
import { ServiceAddresses } from "../cluster/service-addresses.ts";
import { type ServerControllerName, startControllers } from "../controllers/controllers.ts";
import { OpenApiDocuments } from "../discovery/openapi.ts";
import { defaultFlows } from "../fairness/default-flows.ts";
import { Fairness } from "../fairness/fairness.ts";
import { HeldCharges } from "../quota/held-charges.ts";
import { type LongRequests, sendBookmarks } from "../request/long-requests.ts";
import { deleteCluster, insertCluster } from "../storage/schema.ts";
import { type ClusterRecord, Storage } from "../storage/storage.ts";
import type { NodeConnection } from "../subresources/node-connection.ts";
import { endForbiddenRequests } from "./end-forbidden.ts";
import { makeHandler } from "./handler.ts";
import type { Parts } from "./parts.ts";
import { watchAll } from "./watch-all.ts";

export interface KubernetesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tokens known at start; more by `addToken`. */
  readonly tokens: readonly StaticToken[];
  /** The platform's own tokens. */
  readonly authenticate?: TokenAuthenticator | undefined;
  /** The node that runs Pods; what it can't do of a Pod's subresources isn't served. */
  readonly node?: NodeConnection | undefined;
  /** Other identity providers whose tokens are let in, and how they are reached (default: over the network). */
  readonly oidc?:
    | { readonly issuers: readonly JwtIssuer[]; readonly fetch?: typeof fetch | undefined }
    | undefined;
  /** What is told of requests, and to whom; absent: nothing. */
  readonly audit?: AuditOptions | undefined;
  /** Controllers of the server that something beside it stands in for, such as kube-controller-manager. */
  readonly without?: readonly ServerControllerName[] | undefined;
  /** Whether webhooks may be at this machine's own addresses, which only who owns the machine may decide; default: no. */
  readonly loopbackWebhooks?: boolean | undefined;
  /** PEM of the authority that Pods are to trust when they call the API. */
  readonly rootCertificate?: string | undefined;
}

/** The embedded Kubernetes API server over all its logical clusters. */
export interface KubernetesServer {
  /** The management cluster at `/`, every cluster at `/clusters/<name>`. */
  readonly handler: Handler;
  /** One cluster at `/` and nothing else, for an address or port of its own. */
  clusterHandler(name: ClusterName): Handler;
  /** Existing clusters, the management cluster first. */
  names(): Promise<readonly ClusterName[]>;
  /** Makes a cluster exist; idempotent. Throws `kubernetes-cluster-name` for a name that isn't a DNS label. */
  ensure(name: ClusterName): Promise<void>;
  /** Drops a cluster and all it holds; idempotent. The management cluster stays (`kubernetes-cluster-name`). */
  remove(name: ClusterName): Promise<void>;
  /** Tells a cluster from an earlier one of the same name; undefined when there is none. */
  incarnation(name: ClusterName): string | undefined;
  watchAll(type: ResourceType, signal: AbortSignal): AsyncIterable<ClusterEvent<KubeObject>>;
  /** Lets a token in, or no longer; watches and streams of a token taken away end. */
  addToken(token: StaticToken): void;
  removeToken(token: string): void;
  /**
   * Signs a request for a certificate that was approved in a cluster; gives it as PEM. It is good for that cluster
   * alone. Throws `kubernetes-cluster-gone` when there is none of that name.
   */
  signCertificate(cluster: ClusterName, order: CertificateOrder): Promise<string>;
  /** The last committed revision over all clusters. */
  revision(): number;
  /** Ends all watches and streams, and the controllers. The store is the caller's to close. */
  close(): Promise<void>;
}

/** Opens the server on a store: reads all objects, makes the management cluster on first start. */
export async function openKubernetes(options: KubernetesOptions): Promise<KubernetesServer> {
  const served = servedKinds(new Set()).map((kind) => kind.apiVersion);
  const storage = await Storage.open(
    options.store,
    options.clock,
    (createdAt) =>
      new Map([
        ...defaultRoles(createdAt),
        ...defaultFlows(createdAt),
        ...defaultPriorityClasses(createdAt),
        ...apiService(createdAt),
        ...localApiServices(served, createdAt),
      ]),
  );
  await reconcileRoles(storage);
  const server = new Server(options, storage);
  await server.ensure(managementCluster);
  return server;
}

class Server implements KubernetesServer {
  readonly handler: Handler;
  readonly #parts: Parts;
  readonly #authenticator: Authenticator;
  readonly #impersonation = new Impersonation();
  readonly #fairness = new Fairness();
  readonly #auditor: Auditor;
  readonly #builtin: BuiltinKinds;
  readonly #clusters = new Map<ClusterName, Cluster>();
  readonly #changing = new Map<ClusterName, Promise<void>>();
  readonly #stopTimers: readonly (() => void)[];
  readonly #stopControllers: () => Promise<void>;
  readonly #closing = new AbortController();

  constructor(options: KubernetesOptions, storage: Storage) {
    const { clock, logger, node, tokens, authenticate, oidc, rootCertificate } = options;
    const longRequests: LongRequests = new Set();
    const addresses = new ServiceAddresses(storage);
    this.#parts = {
      storage,
      clock,
      logger,
      node,
      longRequests,
      addresses,
      charges: new HeldCharges(),
      hooks: new HookClient({ loopback: options.loopbackWebhooks === true }),
      openApi: new OpenApiDocuments(),
      uid: randomUUID,
      random: Math.random,
      nameSuffix,
    };
    const now = () => clock.now();
    const issuers = oidc && new JwtIssuers(oidc.issuers, oidc.fetch ?? fetch, now, logger);
    this.#authenticator = new Authenticator({ tokens, platform: authenticate, issuers, now });
    this.#auditor = new Auditor(options.audit, clock);
    this.#builtin = new BuiltinKinds(servedKinds(nodeSubresources(node), node?.stats !== undefined));
    for (const record of storage.clusters.values()) this.#serve(record);
    this.handler = makeHandler(this.#parts, this.#access, managementCluster, true);
    this.#stopTimers = [
      sendBookmarks(longRequests),
      endForbiddenRequests(this.#parts, this.#authenticator, this.#impersonation),
    ];
    const scope = {
      parts: this.#parts,
      cluster: (name: ClusterName) => this.#clusters.get(name),
      clusters: () => this.#clusters.values(),
      rootCertificate,
    };
    this.#stopControllers = startControllers(scope, new Set(options.without));
  }

  get #access() {
    return {
      authenticator: this.#authenticator,
      impersonation: this.#impersonation,
      fairness: this.#fairness,
      auditor: this.#auditor,
      cluster: (name: ClusterName) => this.#clusters.get(name),
    };
  }

  clusterHandler(name: ClusterName): Handler {
    return makeHandler(this.#parts, this.#access, name, false);
  }

  async names(): Promise<readonly ClusterName[]> {
    return [...this.#clusters.keys()];
  }

  ensure(name: ClusterName): Promise<void> {
    return this.#exclusively(name, async () => {
      if (this.#clusters.has(name)) return;
      if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) throw badName(name, "isn't a DNS label");
      const { storage, clock, uid } = this.#parts;
      const record: ClusterRecord = {
        name,
        uid: uid(),
        createdAt: rfc3339(clock.now()),
        signingKey: newSigningKey(),
      };
      // Served first: controllers look at the cluster as soon as its first objects show.
      this.#serve(record);
      try {
        const writes = bootstrapWrites(storage, name, uid, clock.now());
        await storage.addCluster(record, writes, insertCluster(record));
      } catch (error) {
        this.#clusters.delete(name);
        throw error;
      }
    });
  }

  remove(name: ClusterName): Promise<void> {
    return this.#exclusively(name, async () => {
      if (name === managementCluster) throw badName(name, "can't be removed");
      const cluster = this.#clusters.get(name);
      if (cluster === undefined) return;
      this.#clusters.delete(name);
      for (const request of [...this.#parts.longRequests])
        if (request.call.cluster.name === name) request.end();
      try {
        await this.#parts.storage.removeCluster(name, deleteCluster(name));
      } catch (error) {
        this.#clusters.set(name, cluster);
        throw error;
      }
    });
  }

  incarnation(name: ClusterName): string | undefined {
    return this.#clusters.get(name)?.record.uid;
  }

  watchAll(type: ResourceType, signal: AbortSignal): AsyncIterable<ClusterEvent<KubeObject>> {
    return watchAll(this.#parts.storage, type, AbortSignal.any([signal, this.#closing.signal]));
  }

  addToken(token: StaticToken): void {
    this.#authenticator.add(token);
  }

  removeToken(token: string): void {
    this.#authenticator.remove(token);
    for (const request of [...this.#parts.longRequests]) {
      if (request.call.request.headers["authorization"]?.endsWith(` ${token}`)) request.end();
    }
  }

  async signCertificate(name: ClusterName, order: CertificateOrder): Promise<string> {
    const cluster = this.#clusters.get(name);
    if (cluster === undefined)
      throw new CatalystError("kubernetes-cluster-gone", `there is no cluster "${name}"`);
    return clusterAuthority(cluster.record).sign(order, this.#parts.clock.now());
  }

  revision(): number {
    return this.#parts.storage.revision;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const request of [...this.#parts.longRequests]) request.close();
    for (const stop of this.#stopTimers) stop();
    await this.#stopControllers();
    this.#parts.hooks.close();
  }

  #serve(record: ClusterRecord): void {
    this.#clusters.set(record.name, new Cluster(record, this.#builtin, this.#parts.storage));
  }

  /** One change of a cluster's existence at a time. */
  async #exclusively(name: ClusterName, work: () => Promise<void>): Promise<void> {
    const run = (this.#changing.get(name) ?? Promise.resolve()).then(work, work);
    this.#changing.set(name, run);
    try {
      await run;
    } finally {
      if (this.#changing.get(name) === run) this.#changing.delete(name);
    }
  }
}

function badName(name: string, why: string): CatalystError {
  return new CatalystError("kubernetes-cluster-name", `the cluster ${JSON.stringify(name)} ${why}`);
}

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Letters and digits of generated names; no vowels, so that no words come out. */
const suffixLetters = "bcdfghjklmnpqrstvwxz2456789";

function nameSuffix(): string {
  return [...randomBytes(5)].map((byte) => suffixLetters[byte % suffixLetters.length]).join("");
}
