import type { Phase } from "@catalyst/model/application";
import type { ApplicationView } from "@catalyst/model/view";

/** Applications that belong together on an Environment's page. */
export interface Section {
  readonly kind: Phase | "backing";
  readonly items: readonly ApplicationView[];
}

/** What needs a look first. */
const order: readonly Phase[] = [
  "Failed",
  "Degraded",
  "PendingApproval",
  "Installing",
  "Updating",
  "Deleting",
  "Pending",
  "Paused",
  "Running",
];

/** Groups Applications by what they are doing; what came along with another stands apart, at the end. */
export function sectionsOf(applications: readonly ApplicationView[]): readonly Section[] {
  const byName = (a: ApplicationView, b: ApplicationView) => (a.name < b.name ? -1 : 1);
  const own = Map.groupBy(
    applications.filter(({ requestedBy }) => requestedBy === undefined),
    ({ phase }) => phase,
  );
  const backing = applications.filter(({ requestedBy }) => requestedBy !== undefined);
  return [
    ...order.map((phase) => ({ kind: phase, items: (own.get(phase) ?? []).toSorted(byName) })),
    { kind: "backing" as const, items: backing.toSorted(byName) },
  ].filter(({ items }) => items.length > 0);
}

/** One line of a long list: a section's head, or as many cards as fit beside each other. */
export type Row =
  | { readonly key: string; readonly section: Section }
  | { readonly key: string; readonly cards: readonly ApplicationView[] };

/** Lays sections out in rows of so many columns. */
export function rowsOf(sections: readonly Section[], columns: number): readonly Row[] {
  return sections.flatMap((section) => [
    { key: section.kind, section },
    ...Array.from({ length: Math.ceil(section.items.length / columns) }, (_, row) => {
      const cards = section.items.slice(row * columns, (row + 1) * columns);
      return { key: `${section.kind}/${cards[0]?.name}`, cards };
    }),
  ]);
}
