import type { ApplicationView, BlueprintView, OrganizationView } from "@catalyst/model/view";
import { describe, expect, it } from "vitest";
import { type Choice, choicesOf, matching, type PaletteFacts, withoutActs } from "./palette-choices.ts";

const application = (name: string, more: Partial<ApplicationView> = {}) =>
  ({
    name,
    organization: "acme",
    environment: "acme-dev",
    phase: "Running",
    suspended: false,
    ...more,
  }) as ApplicationView;

const facts = (more: Partial<PaletteFacts> = {}): PaletteFacts => ({
  applications: [application("shop")],
  organizations: [{ name: "acme", displayName: "Acme", environments: ["acme-dev"] } as OrganizationView],
  blueprints: [{ name: "bp-site", installable: true } as BlueprintView],
  sovereignAdmin: true,
  theme: "light",
  current: undefined,
  may: () => true,
  ...more,
});

const nameOf = (choice: Choice) => {
  if (choice.kind === "page") return choice.page;
  if (choice.kind === "environment") return `${choice.act} ${choice.name}`;
  return choice.act;
};
const names = (more?: Partial<PaletteFacts>) => choicesOf(facts(more)).map(nameOf);

describe("what the palette offers", () => {
  it("is everything to who may everything", () =>
    expect(names()).toEqual([
      ...["look", "look acme-dev", "look", "install", "look", "createEnvironment", "invite"],
      ...["catalog", "sovereign", "audit", "createOrganization", "tokens", "dark", "signOut"],
      ...["logs", "history", "settings", "pause", "remove", "remove acme-dev"],
    ]));

  it("changes nothing for who may only look", () =>
    expect(names({ sovereignAdmin: false, may: () => false })).toEqual([
      ...["look", "look acme-dev", "look", "look", "catalog", "sovereign", "tokens", "dark", "signOut"],
      ...["logs", "history"],
    ]));

  it("begins with what can be done to the Application one looks at", () =>
    expect(names({ current: { environment: "acme-dev", name: "shop" } }).slice(0, 6)).toEqual([
      ...["logs", "history", "settings", "pause", "remove", "look"],
    ]));

  it("installs no refused Blueprint", () =>
    expect(names({ blueprints: [{ name: "bp-evil", installable: false } as BlueprintView] })).not.toContain(
      "install",
    ));

  it("resumes what is paused, and leaves alone what is going", () => {
    expect(names({ applications: [application("shop", { suspended: true })] })).toContain("resume");
    expect(names({ applications: [application("shop", { phase: "Deleting" })] })).not.toContain("remove");
  });
});

describe("what is found", () => {
  const choices = ["Pause shop", "shop", "Logs of shop", "workshop"].map((text) => ({
    text,
    detail: "acme-dev",
  }));
  const found = (typed: string) => matching(choices, typed).map(({ text }) => text);

  it("holds every word, wherever", () => expect(found("sho pau")).toEqual(["Pause shop"]));
  it("begins with what begins so", () =>
    expect(found("shop")).toEqual(["shop", "Pause shop", "Logs of shop", "workshop"]));
  it("is everything when nothing is typed", () => expect(found(" ")).toHaveLength(4));
});

describe("what Applications are looked up by", () => {
  const acts = ["Pause", "Logs of", "Roll back"];
  it.each([
    ["pause shop", "shop"],
    ["log shop", "shop"],
    ["shop", "shop"],
    ["p", "p"],
  ])("%s → %s", (typed, search) => expect(withoutActs(typed, acts)).toBe(search));
});
