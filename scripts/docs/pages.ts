import { environmentKinds, managementKinds } from "@catalyst/model/kinds";
import { apiPage } from "./api-page.ts";
import { commandPage } from "./command-page.ts";
import { functionsPage } from "./functions-page.ts";
import { kindPage } from "./kind-page.ts";
import { rolesPage } from "./roles-page.ts";

/** Every generated page: its path below docs/ and its text. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const kinds = [...managementKinds, ...environmentKinds];
  return new Map([
    ...kinds.map((kind) => [`spec/${kind.singular}.md`, kindPage(kind)] as const),
    ["reference/cli.md", await commandPage()],
    ["reference/api.md", await apiPage()],
    ["reference/roles.md", rolesPage()],
    ["reference/functions.md", functionsPage()],
  ]);
}
