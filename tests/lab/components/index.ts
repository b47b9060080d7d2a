import type { Component } from "../component.ts";
import { certManager, siteController } from "./controllers.ts";
import { cosign } from "./cosign.ts";
import { etcd } from "./etcd.ts";
import { helmController, kustomizeController, sourceDefinitions } from "./flux.ts";
import { gitea } from "./gitea.ts";
import { helm, helm3, templateEngine } from "./helm.ts";
import { debianImage, endToEndImages, mariadbImage, wordpressImage } from "./images.ts";
import {
  agnhost,
  apiServer,
  controllerManager,
  endToEndTests,
  ginkgo,
  kubectl,
  scheduler,
} from "./kubernetes.ts";
import { kustomize } from "./kustomize.ts";
import { kwok } from "./kwok.ts";
import { nats } from "./nats.ts";
import { ociConformance } from "./oci-conformance.ts";
import { podman, podmanHelpers } from "./podman.ts";
import { postgres } from "./postgres.ts";
import { threeWayPatch } from "./three-way-patch.ts";

/** Every component of the lab, in the order in which they are best built: the most used first. */
export const components: readonly Component[] = [
  helm,
  helm3,
  templateEngine,
  kubectl,
  kustomize,
  cosign,
  etcd,
  apiServer,
  controllerManager,
  scheduler,
  kwok,
  endToEndTests,
  agnhost,
  ginkgo,
  kustomizeController,
  helmController,
  sourceDefinitions,
  threeWayPatch,
  siteController,
  certManager,
  ociConformance,
  podman,
  podmanHelpers,
  debianImage,
  mariadbImage,
  wordpressImage,
  endToEndImages,
  postgres,
  nats,
  gitea,
];
