import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { giteaHost } from "@catalyst/adapter-gitea";
import { httpTransport } from "@catalyst/adapter-http";
import { openClusters } from "@catalyst/adapter-kubernetes";
import { ociRegistry } from "@catalyst/adapter-oci";
import { vaultSecrets } from "@catalyst/adapter-vault";
import { Sessions, Tokens } from "@catalyst/api";
import type { Clock } from "@catalyst/base/clock";
import type { Logger } from "@catalyst/base/logger";
import { openEventSpine } from "@catalyst/embedded-events";
import { openGitHost } from "@catalyst/embedded-git";
import { Users } from "@catalyst/embedded-identity";
import {
  type JwtIssuer,
  mastersGroup,
  type NodeConnection,
  openKubernetes,
} from "@catalyst/embedded-kubernetes";
import { openRegistry, tokenAccess } from "@catalyst/embedded-registry";
import { openSecrets } from "@catalyst/embedded-secrets";
import type { Store } from "@catalyst/embedded-store";
import { openTables } from "@catalyst/embedded-tables";
import type { EventSpine } from "@catalyst/ports/events";
import type { JudgePush } from "@catalyst/ports/git";
import { type Handler, inProcess, type Transport } from "@catalyst/ports/transport";
import { Access, platformAccount } from "./access.ts";
import { clusterAudit } from "./cluster-audit.ts";
import type { DataFolder } from "./data-folder.ts";
import { openMasterKey } from "./master-key.ts";
import type { MembersOf } from "./members.ts";
import { blueprintPrefix } from "./publish.ts";

export interface ServersOptions {
  readonly store: Store;
  readonly folder: DataFolder;
  /** `http://localhost:8700`. */
  readonly origin: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly node: NodeConnection;
  /** Whether webhooks may be at this machine's own addresses. */
  readonly loopbackWebhooks: boolean;
  /** Identity providers whose tokens the Kubernetes API takes. */
  readonly issuers: readonly JwtIssuer[];
  /** PEM of the local authority, which Pods are to trust. */
  readonly rootCertificate: string;
  readonly judge: JudgePush;
  readonly membersOf: MembersOf;
  /** Receives the Git host's webhooks in process. */
  readonly webhooks: Handler;
  /** Closes what is opened here. */
  readonly opened: AsyncDisposableStack;
}

export type Servers = Awaited<ReturnType<typeof openServers>>;

/** Opens every embedded server on one data folder, and a client to each over the same protocol as anywhere. */
export async function openServers(options: ServersOptions) {
  const { store, clock } = options;
  const records = await openRecords(options);
  const { master, users, tokens } = records;
  const access = new Access({ master, users, tokens, membersOf: options.membersOf });
  return {
    store,
    ...records,
    tables: openTables(store),
    sessions: await Sessions.open(await records.spine.bucket("api-sessions"), clock),
    access,
    ...(await openClusterServer(options, access, records.spine)),
    ...(await openRepositories(options, access)),
    ...(await openPackages(options, access)),
    ...(await openSecretStore(options, access)),
  };
}

/** The event log, and what every server's access goes by. */
async function openRecords({ store, folder, clock }: ServersOptions) {
  const spine = await openEventSpine({ store, clock });
  return {
    spine,
    master: await openMasterKey(join(folder.keys, "master"), await spine.bucket("key-fingerprints")),
    users: await Users.open(await spine.bucket("identity-users"), clock),
    tokens: await Tokens.open(await spine.bucket("api-tokens"), clock),
  };
}

async function openClusterServer(options: ServersOptions, access: Access, spine: EventSpine) {
  const { store, clock, logger, node, loopbackWebhooks, issuers, rootCertificate, opened } = options;
  const own = randomBytes(32).toString("base64url");
  const kubernetes = await openKubernetes({
    store,
    clock,
    logger: logger.child({ server: "kubernetes" }),
    tokens: [{ token: own, user: { name: platformAccount.user, groups: [mastersGroup] } }],
    authenticate: (token, cluster) => access.kubernetes(token, cluster),
    oidc: { issuers },
    audit: clusterAudit(spine, logger),
    node,
    loopbackWebhooks,
    rootCertificate,
  });
  opened.defer(() => kubernetes.close());
  const transport = inProcess(kubernetes.handler, { authorization: `Bearer ${own}` });
  return { kubernetes, clusters: openClusters(transport, kubernetes) };
}

async function openRepositories(options: ServersOptions, access: Access) {
  const { folder, origin, clock, logger, opened } = options;
  const server = await openGitHost({
    folder: folder.git,
    baseUrl: `${origin}/git`,
    clock,
    logger: logger.child({ server: "git" }),
    authenticate: (request) => access.git(request),
    authorization: access.gitAuthorization,
    judge: options.judge,
    webhookTransport: (target) => webhookTransport(target, options.webhooks),
  });
  opened.defer(() => server.close());
  const { user, name, email } = platformAccount;
  const credentials = Buffer.from(`${user}:${access.platformToken}`).toString("base64");
  const git = giteaHost({
    transport: inProcess(server.handler, { authorization: `Basic ${credentials}` }),
    account: { name, email },
    clock,
    capabilities: { receiveVerdict: true },
  });
  return { git, gitHandler: server.handler };
}

async function openPackages({ folder, origin, clock, logger }: ServersOptions, access: Access) {
  const registryServer = await openRegistry({
    folder: folder.registry,
    access: tokenAccess({
      // Blueprints, and the images of those shipped here: podman pulls them without a token.
      publicPrefixes: ["blueprints/", "library/", "gitea/"],
      authenticate: (token) => access.registry(token),
    }),
    immutable: (repository) => repository.startsWith(`${blueprintPrefix}/`),
    clock,
    logger: logger.child({ server: "registry" }),
  });
  const registryHost = new URL(origin).host;
  const registry = ociRegistry({
    host: registryHost,
    origin,
    transport: inProcess(registryServer.handler, { authorization: `Bearer ${access.platformToken}` }),
  });
  return { registry, registryServer, registryHost };
}

async function openSecretStore({ store, folder, clock, logger }: ServersOptions, access: Access) {
  const secretsHandler = await openSecrets({
    store,
    keyFile: join(folder.keys, "secrets"),
    clock,
    logger: logger.child({ server: "secrets" }),
    authenticate: async (token) => access.secrets(token),
    authorize: (caller, demand) => caller.may(demand),
  });
  const secretStore = (token: string) =>
    vaultSecrets({ transport: inProcess(secretsHandler, { "x-vault-token": token }) });
  return {
    secretsHandler,
    /** The secret store as Catalyst itself may use it. */
    secrets: secretStore(access.secretsToken),
    /** The secret store by somebody else's token. */
    secretStore,
  };
}

/** Where the Git host's own webhooks go: this process, whatever its port is today. */
export const webhookOrigin = "http://hooks.catalyst.internal";

/** Webhooks go to this process without a socket; to other places on this machine over HTTP; nowhere else. */
function webhookTransport(target: string, own: Handler): Transport | undefined {
  if (target === webhookOrigin) return inProcess(own);
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(target).hostname)
    ? httpTransport({ baseUrl: target })
    : undefined;
}
