import type { KeyboardEvent } from "react";

/** Two or three ways to look at the same thing. */
export function Segments<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly disabled?: boolean }[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) {
  const move = (event: KeyboardEvent, step: number) => {
    const enabled = options.filter(({ disabled }) => disabled !== true);
    const at = enabled.findIndex((option) => option.value === value);
    const next = enabled.at((at + step) % enabled.length);
    if (next === undefined) return;
    event.preventDefault();
    onChange(next.value);
    const buttons = event.currentTarget.querySelectorAll<HTMLButtonElement>("button");
    buttons[options.indexOf(next)]?.focus();
  };
  return (
    <div
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight" || event.key === "ArrowDown") move(event, 1);
        if (event.key === "ArrowLeft" || event.key === "ArrowUp") move(event, -1);
      }}
      className="inline-flex rounded-lg border border-line bg-idle-soft p-0.5"
    >
      {options.map((option) => (
        // biome-ignore lint/a11y/useSemanticElements: a radio input can't carry this look
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          disabled={option.disabled === true}
          onClick={() => onChange(option.value)}
          className="rounded-md px-3 py-1 font-medium text-ink-soft text-sm transition aria-checked:bg-raised aria-checked:text-ink aria-checked:shadow-xs disabled:opacity-50"
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
