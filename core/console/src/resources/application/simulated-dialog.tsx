import type { ApplicationView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Button } from "../../design/button.tsx";
import { Code } from "../../design/code.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { ErrorState, Skeleton } from "../../design/states.tsx";

/** Says of an Application that nothing of it really runs, what would, and the one command that makes it real. */
export function SimulatedDialog({
  application: { environment, name, endpoints },
  onClose,
}: {
  readonly application: ApplicationView;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { data, error } = useQuery(queries.manifests(environment, name));
  const images = new Set(
    [...(data?.objects ?? "").matchAll(/^\s+(?:- )?image: "?([^\s"]+)/gm)].map(([, image = ""]) => image),
  );
  return (
    <Dialog
      title={t("simulated.title")}
      onClose={onClose}
      footer={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      <p>{t("simulated.text", { name })}</p>
      <section className="grid gap-2">
        <h3 className="font-semibold text-sm">{t("simulated.would")}</h3>
        {error !== null && <ErrorState error={error} />}
        {data === undefined && error === null && <Skeleton lines={2} />}
        {data !== undefined && (
          <ul className="grid gap-1.5 text-sm">
            {[...images].map((image) => (
              <li key={image}>
                <Code>{image}</Code>
              </li>
            ))}
            {endpoints.map(({ url }) => (
              <li key={url} className="break-words">
                {t("simulated.at", { url })}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="grid gap-2">
        <h3 className="font-semibold text-sm">{t("simulated.how")}</h3>
        <Code block copy>
          ./catalyst up --runtime podman
        </Code>
      </section>
    </Dialog>
  );
}
