import type { ApplicationChange } from "@catalyst/model/plan";
import type { SecretView } from "@catalyst/model/view";
import { useCallback, useMemo, useState } from "react";
import { ApiProblem } from "../../api/http.ts";
import { commands } from "../../api/queries.ts";
import type { Passwords } from "../../form/passwords.tsx";

/** Where the values of a form go. */
interface Destination {
  readonly environment: string;
  readonly application: string;
  readonly blueprint: NonNullable<ApplicationChange["blueprint"]>;
}

export interface FormPasswords extends Passwords {
  /** Sends what was typed to the secret store; gives what the commit is to refer to. Throws ApiProblem. */
  give(destination: Destination): Promise<ApplicationChange["secrets"]>;
  /** Forgets what was typed. */
  forget(): void;
}

/** The passwords of a form over a document: values typed are kept here and nowhere else. */
export function usePasswords(
  wish: ApplicationChange | undefined,
  onChange: (wish: ApplicationChange) => void,
  known: readonly SecretView[],
): FormPasswords {
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map());
  const stored = useMemo(() => new Map(known.map((secret) => [secret.field, secret])), [known]);
  const removed = new Set(
    Object.entries(wish?.secrets ?? {}).flatMap(([field, to]) => (to === null ? [field] : [])),
  );
  const forget = useCallback(() => setTyped(new Map()), []);
  return {
    stored,
    typed,
    refused,
    removed,
    forget,
    type: (field, value) => {
      const { [field]: _, ...rest } = Object.fromEntries(typed);
      setTyped(new Map(Object.entries(value === "" ? rest : { ...rest, [field]: value })));
      setRefused(new Map());
    },
    remove: (field, isRemoved) => {
      if (wish === undefined) return;
      const { [field]: _, ...rest } = wish.secrets ?? {};
      const { secrets: __, ...others } = wish;
      const secrets = isRemoved ? { ...rest, [field]: null } : rest;
      onChange(Object.keys(secrets).length === 0 ? others : { ...others, secrets });
    },
    give: async ({ environment, application, blueprint: { name, version } }) => {
      const blueprint = { name, version };
      const given: Record<string, number> = {};
      for (const [field, value] of typed) {
        try {
          const { version } = await commands.giveSecret(environment, application, field, {
            value,
            blueprint,
          });
          given[field] = version;
        } catch (error) {
          if (error instanceof ApiProblem && error.code === "secret-value-invalid")
            setRefused(new Map([[field, error.message]]));
          throw error;
        }
      }
      return { ...wish?.secrets, ...given };
    },
  };
}
