import type { Phase } from "@catalyst/model/application";
import type { ApplicationView } from "@catalyst/model/view";
import { describe, expect, it } from "vitest";
import { rowsOf, sectionsOf } from "./sections.ts";

const application = (name: string, phase: Phase, requestedBy?: string) =>
  ({ name, phase, ...(requestedBy === undefined ? {} : { requestedBy }) }) as ApplicationView;

const names = (applications: readonly ApplicationView[]) =>
  sectionsOf(applications).map(({ kind, items }) => [kind, ...items.map(({ name }) => name)]);

describe("the sections of an Environment", () => {
  it("begin with what needs a look", () =>
    expect(
      names([application("a", "Running"), application("b", "Failed"), application("c", "Paused")]),
    ).toEqual([
      ["Failed", "b"],
      ["Paused", "c"],
      ["Running", "a"],
    ]));

  it("are sorted by name", () =>
    expect(names([application("b", "Running"), application("a", "Running")])).toEqual([
      ["Running", "a", "b"],
    ]));

  it("end with what came along, whatever it is doing", () =>
    expect(names([application("shop-db", "Failed", "shop"), application("shop", "Running")])).toEqual([
      ["Running", "shop"],
      ["backing", "shop-db"],
    ]));
});

describe("the rows of a long list", () => {
  it("are a head and as many cards as fit", () => {
    const sections = sectionsOf(["a", "b", "c"].map((name) => application(name, "Running")));
    expect(rowsOf(sections, 2).map((row) => ("cards" in row ? row.cards.length : row.section.kind))).toEqual([
      "Running",
      2,
      1,
    ]);
  });
});
