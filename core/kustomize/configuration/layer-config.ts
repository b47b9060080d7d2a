import { CatalystError } from "@catalyst/base/errors";
import { parseYaml } from "@catalyst/base/yaml";
import type { Kustomization } from "../kustomization/kustomization.ts";
import { type Layer, within } from "../layer.ts";
import type { OpenApiDocument } from "../openapi/merge-rules.ts";
import { readCrds } from "./crds.ts";
import {
  defaultConfig,
  emptyConfig,
  mergeConfigs,
  readConfiguration,
  type TransformerConfig,
} from "./transformer-config.ts";

/** Takes the OpenAPI document that a kustomization names. Throws `kustomize-invalid` for a version that isn't built in. */
export function takeSchema(layer: Layer, { openapi = {} }: Kustomization): void {
  const { path, version } = openapi;
  const place = layer.place("openapi");
  if (path !== undefined) {
    if (version !== undefined) {
      const message = "openapi has a path or a version, not both";
      throw new CatalystError("kustomize-invalid", message, { place });
    }
    const { value } = parseYaml(layer.readText(path, place), { file: layer.path(path, place) });
    layer.build.schemas.take((value ?? {}) as OpenApiDocument);
  } else if (version !== undefined && version !== "") {
    within(place, () => layer.build.schemas.takeBuiltIn(version));
  }
}

/** Adds to what includers and bases say what a kustomization says of where changes are made. Throws `kustomize-invalid`. */
export function configured(
  layer: Layer,
  fields: Kustomization,
  before: TransformerConfig,
): TransformerConfig {
  let own = emptyConfig;
  (fields.configurations ?? []).forEach((path, index) => {
    const place = layer.place(`configurations[${index}]`);
    const read = readConfiguration(layer.readText(path, place), layer.path(path, place));
    own = within(place, () => mergeConfigs(own, read));
  });
  // Specs that are more special come first and take the place of the general ones, so the order counts.
  let config = within(layer.place("configurations"), () =>
    mergeConfigs(before, own === emptyConfig ? defaultConfig() : mergeConfigs(defaultConfig(), own)),
  );
  (fields.crds ?? []).forEach((path, index) => {
    const place = layer.place(`crds[${index}]`);
    const read = readCrds(layer.readText(path, place), layer.path(path, place));
    config = within(place, () => mergeConfigs(config, read));
  });
  return config;
}
