import { type ReplicationController, replicationControllers } from "@catalyst/ports/kubernetes";
import { replicasController } from "../replica-set/controller.ts";

/** Keeps as many Pods of a template as a ReplicationController asks for. */
export const replicationController = replicasController<ReplicationController>({
  name: "replicationcontroller",
  type: replicationControllers,
  component: "replication-controller",
  selectorOf: ({ spec }) => (spec.selector === undefined ? undefined : { matchLabels: spec.selector }),
  countsTerminating: false,
});
