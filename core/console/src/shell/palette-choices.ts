import type { ApplicationView, BlueprintView, OrganizationView } from "@catalyst/model/view";

/** Something the palette can go to or do. Texts are in the catalogue under `palette`. */
export type Choice =
  | { readonly kind: "application"; readonly application: ApplicationView; readonly act: ApplicationAct }
  | { readonly kind: "environment"; readonly name: string; readonly act: "look" | "remove" }
  | { readonly kind: "blueprint"; readonly blueprint: BlueprintView; readonly act: "look" | "install" }
  | {
      readonly kind: "organization";
      readonly name: string;
      readonly displayName: string;
      readonly act: "look" | "invite" | "createEnvironment";
    }
  | { readonly kind: "page"; readonly page: PageChoice };

export type ApplicationAct = "look" | "logs" | "history" | "settings" | "pause" | "resume" | "remove";

export type PageChoice =
  | "catalog"
  | "sovereign"
  | "audit"
  | "tokens"
  | "createOrganization"
  | "light"
  | "dark"
  | "signOut";

/** What the palette knows of the Sovereign and of the person. */
export interface PaletteFacts {
  readonly applications: readonly ApplicationView[];
  readonly organizations: readonly OrganizationView[];
  readonly blueprints: readonly BlueprintView[];
  readonly sovereignAdmin: boolean;
  readonly theme: "light" | "dark";
  /** The Application whose page is shown. */
  readonly current: { readonly environment: string; readonly name: string } | undefined;
  may(act: "administer" | "change", organization: string): boolean;
}

/** Everything the person may go to or do, the nearest first. */
export function choicesOf(facts: PaletteFacts): readonly Choice[] {
  const { applications, organizations, blueprints } = facts;
  const isCurrent = ({ environment, name }: ApplicationView) =>
    environment === facts.current?.environment && name === facts.current.name;
  const [here, elsewhere] = [applications.filter(isCurrent), applications.filter((item) => !isCurrent(item))];
  const looks = applications.map(
    (application) => ({ kind: "application", application, act: "look" }) as const,
  );
  const somewhere = organizations.some(
    ({ name, environments }) => environments.length > 0 && facts.may("change", name),
  );
  return [
    ...here.flatMap((application) => actsOf(application, facts)),
    ...looks,
    ...environmentsOf(facts, "look"),
    ...blueprints.flatMap((blueprint): Choice[] => [
      { kind: "blueprint", blueprint, act: "look" },
      ...(blueprint.installable && somewhere
        ? [{ kind: "blueprint", blueprint, act: "install" } as const]
        : []),
    ]),
    ...organizations.flatMap(({ name, displayName }): Choice[] => {
      const organization = { kind: "organization", name, displayName } as const;
      return [
        { ...organization, act: "look" },
        ...(facts.may("administer", name)
          ? ([
              { ...organization, act: "createEnvironment" },
              { ...organization, act: "invite" },
            ] as const)
          : []),
      ];
    }),
    ...pagesOf(facts).map((page) => ({ kind: "page", page }) as const),
    ...elsewhere.flatMap((application) => actsOf(application, facts)),
    ...environmentsOf(facts, "remove"),
  ];
}

function environmentsOf({ organizations, may }: PaletteFacts, act: "look" | "remove"): readonly Choice[] {
  return organizations
    .filter(({ name }) => act === "look" || may("administer", name))
    .flatMap(({ environments }) => environments.map((name) => ({ kind: "environment", name, act }) as const));
}

function pagesOf({ sovereignAdmin, theme }: PaletteFacts): readonly PageChoice[] {
  return [
    "catalog",
    "sovereign",
    ...(sovereignAdmin ? (["audit", "createOrganization"] as const) : []),
    "tokens",
    theme === "dark" ? "light" : "dark",
    "signOut",
  ];
}

function actsOf(application: ApplicationView, facts: PaletteFacts): readonly Choice[] {
  const { phase, suspended, organization } = application;
  const acts: readonly ApplicationAct[] = [
    "logs",
    "history",
    ...(facts.may("change", organization) && phase !== "Deleting"
      ? (["settings", suspended ? "resume" : "pause", "remove"] as const)
      : []),
  ];
  return acts.map((act) => ({ kind: "application", application, act }));
}

/** Those whose text holds every word; where the first word begins the text, they come first. */
export function matching<T extends { readonly text: string; readonly detail: string }>(
  choices: readonly T[],
  typed: string,
): readonly T[] {
  const words = wordsOf(typed);
  const found = choices.filter(({ text, detail }) => {
    const full = `${text} ${detail}`.toLowerCase();
    return words.every((word) => full.includes(word));
  });
  const [first] = words;
  if (first === undefined) return found;
  const begins = ({ text }: T) => text.toLowerCase().startsWith(first);
  return [...found.filter(begins), ...found.filter((choice) => !begins(choice))];
}

/** What to look Applications up by: without the words that may be an action's, such as `pause`. */
export function withoutActs(typed: string, acts: readonly string[]): string {
  const isAct = (word: string) =>
    word.length > 1 && acts.some((act) => wordsOf(act).some((part) => part.startsWith(word)));
  return wordsOf(typed)
    .filter((word) => !isAct(word))
    .join(" ");
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}
