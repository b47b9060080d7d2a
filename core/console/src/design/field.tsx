import { AlertCircle } from "lucide-react";
import type { ReactNode } from "react";

/** The look of everything that is typed into. */
export const inputClass =
  "w-full rounded-lg border border-line-strong bg-surface px-3 py-2 text-sm text-ink placeholder:text-ink-faint aria-invalid:border-bad disabled:opacity-60";

/** The look of a choice: an input with an arrow. */
export const selectClass = `${inputClass} select pr-9`;

/** What ties an input to its texts for a screen reader. */
export interface FieldAttributes {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

/** A label, an input, what it is for, and what is wrong with it. */
export function Field({
  id,
  label,
  description,
  problems = [],
  optional,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly problems?: readonly string[];
  readonly optional?: string | undefined;
  readonly children: (attributes: FieldAttributes) => ReactNode;
}) {
  const described = [
    ...(description === undefined ? [] : [`${id}-description`]),
    ...(problems.length === 0 ? [] : [`${id}-problems`]),
  ];
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="flex items-baseline gap-2 font-medium text-sm">
        {label}
        {optional !== undefined && <span className="font-normal text-ink-faint text-xs">{optional}</span>}
      </label>
      {children({
        id,
        "aria-describedby": described.length === 0 ? undefined : described.join(" "),
        "aria-invalid": problems.length > 0 ? true : undefined,
      })}
      {problems.length > 0 && <FieldProblems id={`${id}-problems`} problems={problems} />}
      {description !== undefined && (
        <p id={`${id}-description`} className="text-ink-faint text-xs">
          {description}
        </p>
      )}
    </div>
  );
}

export function FieldProblems({
  id,
  problems,
}: {
  readonly id: string;
  readonly problems: readonly string[];
}) {
  return (
    <div id={id} className="grid gap-0.5 text-bad text-xs">
      {problems.map((problem) => (
        <p key={problem} className="flex items-start gap-1">
          <AlertCircle size={13} className="mt-0.5 shrink-0" aria-hidden />
          {problem}
        </p>
      ))}
    </div>
  );
}
