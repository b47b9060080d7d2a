import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../api/queries.ts";
import { type PaletteRow, usePaletteRows } from "./palette-rows.ts";

/** Ctrl K: go anywhere, and do what the role allows, by typing a part of its name. */
export function Palette({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  // closed while it still is in the page: only then the browser gives the focus back
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const { rows, limited } = usePaletteRows(me, text);
  const choices = rows.slice(0, 50);
  const chosen = choices[Math.min(at, choices.length - 1)];
  const take = (choice: PaletteRow | undefined) => {
    if (choice === undefined) return;
    onClose();
    choice.take();
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
      {limited && (
        <p className="border-line border-t px-5 py-2 text-ink-faint text-xs">{t("palette.limited")}</p>
      )}
    </dialog>
  );
}
