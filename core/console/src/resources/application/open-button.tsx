import type { ApplicationView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Button, buttonClass } from "../../design/button.tsx";
import { Code } from "../../design/code.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Skeleton } from "../../design/states.tsx";

/** Opens the application. Where nothing really runs it says what would, and how to make it. */
export function OpenButton({ application }: { readonly application: ApplicationView }) {
  const { t } = useTranslation();
  const [explained, setExplained] = useState(false);
  const url = application.endpoints[0]?.url;
  if (application.simulated)
    return (
      <>
        <Button
          tone="primary"
          icon={<ExternalLink size={15} aria-hidden />}
          onClick={() => setExplained(true)}
        >
          {t("action.open")}
        </Button>
        {explained && <SimulatedDialog application={application} onClose={() => setExplained(false)} />}
      </>
    );
  if (url === undefined) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer" className={buttonClass("primary")}>
      <ExternalLink size={15} aria-hidden />
      {t("action.open")}
      <span className="sr-only"> {t("action.newTab")}</span>
    </a>
  );
}

function SimulatedDialog({
  application: { environment, name, endpoints },
  onClose,
}: {
  readonly application: ApplicationView;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery(queries.manifests(environment, name));
  const images = [
    ...new Set(
      [...(data?.objects ?? "").matchAll(/^\s+(?:- )?image: "?([^\s"]+)/gm)].map(([, image]) => image),
    ),
  ];
  return (
    <Dialog
      title={t("simulated.title")}
      onClose={onClose}
      footer={<Button onClick={onClose}>{t("action.close")}</Button>}
    >
      <p>{t("simulated.text", { name })}</p>
      <section className="grid gap-2">
        <h3 className="font-semibold text-sm">{t("simulated.would")}</h3>
        {data === undefined ? (
          <Skeleton lines={2} />
        ) : (
          <ul className="grid gap-1.5 text-sm">
            {images.map((image) => (
              <li key={image}>
                <Code>{image ?? ""}</Code>
              </li>
            ))}
            {endpoints.map(({ url }) => (
              <li key={url}>{t("simulated.at", { url })}</li>
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
