import { applicationKind } from "../application/index.ts";
import { blueprintKind } from "../blueprint/index.ts";
import { environmentKind } from "../environment/index.ts";
import type { KindDefinition } from "../kind/index.ts";
import { organizationKind } from "../organization/index.ts";
import { sovereignKind } from "../sovereign/index.ts";

/** The kinds of the management cluster. */
export const managementKinds: readonly KindDefinition[] = [
  sovereignKind,
  organizationKind,
  environmentKind,
  blueprintKind,
];

/** The kinds of an Environment's cluster. */
export const environmentKinds: readonly KindDefinition[] = [applicationKind];
