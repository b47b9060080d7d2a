import { type Application, applicationKind } from "@catalyst/model/application";
import { type Blueprint, blueprintKind } from "@catalyst/model/blueprint";
import { type Environment, environmentKind } from "@catalyst/model/environment";
import type { KindDefinition } from "@catalyst/model/kind";
import { type Organization, organizationKind } from "@catalyst/model/organization";
import { type Sovereign, sovereignKind } from "@catalyst/model/sovereign";
import type { KubeObject } from "./object.ts";
import type { ResourceType } from "./resource.ts";

function resourceTypeOf<T extends KubeObject>(kind: KindDefinition): ResourceType<T> {
  const { group, version, plural, namespaced } = kind;
  return { group, version, kind: kind.kind, plural, namespaced };
}

export const organizations = resourceTypeOf<Organization>(organizationKind);
export const environments = resourceTypeOf<Environment>(environmentKind);
export const blueprints = resourceTypeOf<Blueprint>(blueprintKind);
export const applications = resourceTypeOf<Application>(applicationKind);
export const sovereigns = resourceTypeOf<Sovereign>(sovereignKind);
