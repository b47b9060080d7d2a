import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Box, KeyRound, Layers, LayoutGrid, type LucideIcon, Package, Server } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Me, queries } from "../api/queries.ts";
import { useSettled } from "../design/settled.ts";
import { lastEnvironment } from "./last-environment.ts";

interface Choice {
  readonly key: string;
  readonly text: string;
  readonly detail: string;
  readonly icon: LucideIcon;
  readonly go: () => void;
}

/** Ctrl K: go anywhere by typing a part of its name. */
export function Palette({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const choices = useChoices(me, text).slice(0, 50);
  const chosen = choices[Math.min(at, choices.length - 1)];
  const take = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    onClose();
    choice.go();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((choices.length + Math.min(at, choices.length - 1) + step) % Math.max(choices.length, 1));
    }
    if (event.key === "Enter") take(chosen);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does for the keyboard what a click beside it does
    <dialog
      ref={dialog}
      aria-label={t("palette.title")}
      onCancel={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="mx-auto mt-[12vh] w-[calc(100%-2rem)] max-w-xl overflow-hidden rounded-2xl border border-line bg-raised p-0 text-ink shadow-2xl backdrop:bg-black/45"
    >
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="palette-choices"
        aria-activedescendant={chosen === undefined ? undefined : `palette-${chosen.key}`}
        aria-label={t("palette.title")}
        placeholder={t("palette.placeholder")}
        value={text}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        className="w-full border-line border-b bg-transparent px-5 py-4 outline-none placeholder:text-ink-faint"
      />
      <div
        id="palette-choices"
        role="listbox"
        aria-label={t("palette.title")}
        className="max-h-80 overflow-y-auto p-2"
      >
        {choices.map((choice) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, as a combobox has them
          <div
            key={choice.key}
            id={`palette-${choice.key}`}
            role="option"
            tabIndex={-1}
            aria-selected={choice === chosen}
            onClick={() => take(choice)}
            ref={choice === chosen ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
            className="flex cursor-pointer items-center gap-3 rounded-lg px-3 py-2 text-sm hover:bg-idle-soft aria-selected:bg-accent-soft"
          >
            <choice.icon size={16} className="shrink-0 text-ink-faint" aria-hidden />
            <span className="truncate">{choice.text}</span>
            <span className="ml-auto shrink-0 text-ink-soft text-xs">{choice.detail}</span>
          </div>
        ))}
      </div>
      {choices.length === 0 && (
        <p role="status" className="px-5 pb-5 text-ink-soft text-sm">
          {t("palette.nothing")}
        </p>
      )}
    </dialog>
  );
}

function useChoices(me: Me, text: string): readonly Choice[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const settled = useSettled(text.trim(), 120);
  const { environment = lastEnvironment() } = useParams({ strict: false });
  const organizations = useQuery(queries.organizations());
  const blueprints = useQuery(queries.blueprints(""));
  const found = useQuery({
    ...queries.applicationsFound(environment ?? "", settled),
    enabled: environment !== undefined,
  });
  const choices: readonly Choice[] = [
    ...(found.data?.items ?? []).map(({ name, environment, blueprint }) => ({
      key: `application-${name}`,
      text: name,
      detail: `${blueprint.name} · ${environment}`,
      icon: Box,
      go: () =>
        void navigate({
          to: "/environments/$environment/applications/$application",
          params: { environment, application: name },
        }),
    })),
    ...(organizations.data?.items ?? [])
      .flatMap(({ environments }) => environments)
      .map((name) => ({
        key: `environment-${name}`,
        text: name,
        detail: t("noun.environment"),
        icon: Layers,
        go: () => void navigate({ to: "/environments/$environment", params: { environment: name } }),
      })),
    ...(blueprints.data?.items ?? []).map(({ name, card }) => ({
      key: `blueprint-${name}`,
      text: t("palette.install", { title: card.title }),
      detail: t("noun.blueprint"),
      icon: Package,
      go: () => void navigate({ to: "/catalog/$blueprint", params: { blueprint: name } }),
    })),
    ...me.organizations.map(({ name, displayName }) => ({
      key: `organization-${name}`,
      text: displayName,
      detail: t("noun.organization"),
      icon: Layers,
      go: () => void navigate({ to: "/organizations/$organization", params: { organization: name } }),
    })),
    ...(
      [
        ["/catalog", t("nav.catalog"), LayoutGrid],
        ["/sovereign", t("nav.sovereign"), Server],
        ["/tokens", t("nav.tokens"), KeyRound],
      ] as const
    ).map(([to, page, icon]) => ({
      key: to.slice(1),
      text: page,
      detail: t("noun.page"),
      icon,
      go: () => void navigate({ to }),
    })),
  ];
  const words = text.toLowerCase().split(/\s+/);
  return choices.filter((choice) => {
    const full = `${choice.text} ${choice.detail}`.toLowerCase();
    return words.every((word) => full.includes(word));
  });
}
