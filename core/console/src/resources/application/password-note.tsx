import { useTranslation } from "react-i18next";
import type { Passwords } from "../../form/passwords.tsx";

/** Says beside the plan what the plan can't show: which values go to the secret store with the change. */
export function PasswordNote({ passwords: { typed } }: { readonly passwords: Passwords }) {
  const { t } = useTranslation();
  if (typed.size === 0) return null;
  return (
    <p className="text-ink-soft text-sm">
      {t("password.noted", { count: typed.size, fields: [...typed.keys()].join(", ") })}
    </p>
  );
}
