import type { KindHistories } from "../arbitrary.ts";
import type { Place } from "../history.ts";
import { configMapHistories } from "./config-map.ts";
import { deploymentHistories } from "./deployment.ts";
import { gadgetHistories } from "./gadget.ts";
import { podHistories } from "./pod.ts";
import { serviceHistories } from "./service.ts";

/** A kind that histories are of, and where its objects are. */
export interface HistoryKind {
  readonly place: Place;
  readonly histories: KindHistories;
}

/** Every kind that histories are made of. */
export const historyKinds: readonly HistoryKind[] = [
  { place: { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps" }, histories: configMapHistories },
  { place: { apiVersion: "v1", kind: "Service", plural: "services" }, histories: serviceHistories },
  { place: { apiVersion: "v1", kind: "Pod", plural: "pods" }, histories: podHistories },
  {
    place: { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments" },
    histories: deploymentHistories,
  },
  { place: { apiVersion: "example.com/v1", kind: "Gadget", plural: "gadgets" }, histories: gadgetHistories },
];
