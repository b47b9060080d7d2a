import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import type { Clock } from "@catalyst/base/clock";
import { describeError } from "@catalyst/base/errors";
import type { Logger } from "@catalyst/base/logger";
import type { Clusters } from "@catalyst/ports/kubernetes";
import type { Controller, RunningControllers } from "@catalyst/reconciler";
import { answer, choose } from "./answer.ts";
import { HostClaims } from "./claims/host-claims.ts";
import {
  Attachments,
  gatewayClassController,
  gatewayController,
  httpRouteController,
} from "./gateway/index.ts";
import { ingressController } from "./networking/ingress-controller.ts";
import { breakOff, type Incoming, type Outgoing } from "./proxy/headers.ts";
import { forwardUpgrade, refuseUpgrade } from "./proxy/upgrade.ts";
import { hostName } from "./routing/host.ts";
import { RouteTable } from "./routing/route-table.ts";
import { HostCertificates, type IssueCertificate } from "./tls/host-certificates.ts";

export interface IngressOptions {
  readonly clusters: Clusters;
  /** The port at which all hosts are served, plain and over TLS; listeners may name it. */
  readonly port?: number | undefined;
  readonly issueCertificate: IssueCertificate;
  /** A number from 0 to 1; default Math.random. */
  readonly random?: (() => number) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Serves applications by the Ingress and HTTPRoute objects of their clusters. */
export interface EmbeddedIngress {
  /** To be run before `serve`. */
  readonly controllers: readonly Controller[];
  /** Serves from what these controllers keep. */
  serve(running: RunningControllers): IngressServer;
}

/** For a server of node:http or node:http2. */
export interface IngressServer {
  /** Tells whether some object says who answers for a Host header. */
  owns(host: string | undefined): boolean;
  /** For the events `request` and `checkContinue`. */
  request(incoming: Incoming, outgoing: Outgoing): void;
  /** For the event `upgrade`. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The certificate to show for a host; undefined for one that nobody serves. */
  certificateFor(host: string): Promise<SecureContext | undefined>;
}

export function openIngress(options: IngressOptions): EmbeddedIngress {
  const { clusters, clock, logger, port } = options;
  const claims = new HostClaims(clusters, clock);
  const table = new RouteTable((patterns) => claims.ownerOf(patterns));
  const attachments = new Attachments();
  const controllers = [
    ingressController({ table, claims }),
    gatewayClassController(),
    gatewayController({ attachments, port }),
    httpRouteController({ table, claims, attachments, port }),
  ] as readonly unknown[] as readonly Controller[];
  return {
    controllers,
    serve: (running) => {
      const { cache } = running;
      claims.use(cache);
      attachments.onChange((cluster, gateway) => running.enqueue("gateway", { cluster, ...gateway }));
      const parts = { clusters, cache, table, random: options.random ?? Math.random };
      const certificates = new HostCertificates(options.issueCertificate, clock);
      return {
        owns: (header) => table.serves(hostName(header)),
        request: (incoming, outgoing) => {
          answer(parts, incoming, outgoing).catch((error: unknown) => {
            const path = incoming.url?.split("?")[0];
            logger.error("request failed", { method: incoming.method, path, error: describeError(error) });
            if (outgoing.headersSent) breakOff(outgoing);
            else {
              outgoing.statusCode = 500;
              outgoing.end();
            }
          });
        },
        upgrade: (incoming, socket, head) => {
          const chosen = choose(parts, incoming);
          if (chosen?.target.type !== "address" || chosen.route.rule.actions.redirect !== undefined)
            return refuseUpgrade(socket, chosen === undefined ? 404 : 503, "Not Available");
          const { target, path, headers } = chosen;
          // What asks for another protocol is HTTP/1.1's.
          if (target.address.protocol === "h2c") return refuseUpgrade(socket, 501, "Not Implemented");
          forwardUpgrade(incoming, socket, head, { address: target.address, target: path, headers });
        },
        certificateFor: async (host) => {
          const found = table.certificates(host.toLowerCase());
          if (found === undefined) return undefined;
          return certificates.for(host.toLowerCase(), cache, found.cluster, found.secrets);
        },
      };
    },
  };
}
